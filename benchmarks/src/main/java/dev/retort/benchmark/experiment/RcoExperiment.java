package dev.retort.benchmark.experiment;

import java.io.PrintStream;

/** RCO on Fashion-MNIST. */
public final class RcoExperiment extends ObjectiveExperiment {
  /** The word {@code experiment-rco}. */
  public RcoExperiment() {
    super(
        "experiment-rco",
        "RCO, a route of the teacher's checkpoints, on Fashion-MNIST",
        RcoFixture.DEFAULTS);
  }

  @Override
  Fixture fixture(Arguments given, PrintStream out) {
    return new RcoFixture(given, out);
  }
}
