package dev.retort.benchmark.experiment;

import java.io.PrintStream;

/** StableKD on Fashion-MNIST. */
public final class StableKdExperiment extends ObjectiveExperiment {
  /** The word {@code experiment-stablekd}. */
  public StableKdExperiment() {
    super(
        "experiment-stablekd",
        "StableKD, blocks that learn apart and are merged, on Fashion-MNIST",
        StableKdFixture.DEFAULTS);
  }

  @Override
  Fixture fixture(Arguments given, PrintStream out) {
    return new StableKdFixture(given, out);
  }
}
