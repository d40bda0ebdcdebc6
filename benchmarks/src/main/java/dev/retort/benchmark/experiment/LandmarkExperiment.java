package dev.retort.benchmark.experiment;

import java.io.PrintStream;

/** Objectives of landmarks, students that find 68 points of faces. */
public final class LandmarkExperiment extends ObjectiveExperiment {
  /** The word {@code experiment-landmarks}. */
  public LandmarkExperiment() {
    super(
        "experiment-landmarks",
        "objectives of landmarks, students that find points of faces",
        LandmarkFixture.DEFAULTS);
  }

  @Override
  Fixture fixture(Arguments given, PrintStream out) {
    return new LandmarkFixture(given, out);
  }
}
