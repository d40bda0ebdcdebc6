package dev.retort.benchmark.experiment;

import java.io.PrintStream;

/** Objectives of super-resolution, students that enlarge photos. */
public final class PixelExperiment extends ObjectiveExperiment {
  /** The word {@code experiment-super-resolution}. */
  public PixelExperiment() {
    super(
        "experiment-super-resolution",
        "objectives of super-resolution, students that enlarge photos twice",
        PixelFixture.DEFAULTS);
  }

  @Override
  Fixture fixture(Arguments given, PrintStream out) {
    return new PixelFixture(given, out);
  }
}
