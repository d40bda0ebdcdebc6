package dev.retort.benchmark.experiment;

import java.io.PrintStream;

/** ProKT and BD-KD on Fashion-MNIST, whose teachers learn too. */
public final class TwoExperiment extends ObjectiveExperiment {
  /** The word {@code experiment-two}. */
  public TwoExperiment() {
    super(
        "experiment-two",
        "ProKT and BD-KD, whose teacher learns beside the student, on Fashion-MNIST",
        TwoFixture.DEFAULTS);
  }

  @Override
  Fixture fixture(Arguments given, PrintStream out) {
    return new TwoFixture(given, out);
  }
}
