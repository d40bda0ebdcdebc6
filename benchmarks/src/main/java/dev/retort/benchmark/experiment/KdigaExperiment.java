package dev.retort.benchmark.experiment;

import java.io.PrintStream;

/** KDIGA on Fashion-MNIST. */
public final class KdigaExperiment extends ObjectiveExperiment {
  /** The word {@code experiment-kdiga}. */
  public KdigaExperiment() {
    super(
        "experiment-kdiga",
        "KDIGA, input gradients like those of a robust teacher, on Fashion-MNIST",
        KdigaFixture.DEFAULTS);
  }

  @Override
  Fixture fixture(Arguments given, PrintStream out) {
    return new KdigaFixture(given, out);
  }
}
