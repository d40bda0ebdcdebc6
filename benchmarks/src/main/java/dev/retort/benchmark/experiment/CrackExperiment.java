package dev.retort.benchmark.experiment;

import java.io.PrintStream;

/** Objectives of segmentation, students that find cracks in roads. */
public final class CrackExperiment extends ObjectiveExperiment {
  /** The word {@code experiment-segmentation}. */
  public CrackExperiment() {
    super(
        "experiment-segmentation",
        "objectives of segmentation, students that find cracks in noisy photos",
        CrackFixture.DEFAULTS);
  }

  @Override
  Fixture fixture(Arguments given, PrintStream out) {
    return new CrackFixture(given, out);
  }
}
