package dev.retort.benchmark.experiment;

import java.io.PrintStream;

/** KDVR on pixels. */
public final class VarianceExperiment extends ObjectiveExperiment {
  /** The word {@code experiment-kdvr}. */
  public VarianceExperiment() {
    super(
        "experiment-kdvr",
        "KDVR, how gradients of a linear student vary",
        VarianceFixture.DEFAULTS);
  }

  @Override
  Fixture fixture(Arguments given, PrintStream out) {
    return new VarianceFixture(given, out);
  }
}
