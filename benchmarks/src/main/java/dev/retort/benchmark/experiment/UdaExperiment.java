package dev.retort.benchmark.experiment;

import java.io.PrintStream;

/** Distillation to another domain, on Fashion-MNIST. */
public final class UdaExperiment extends ObjectiveExperiment {
  /** The word {@code experiment-uda}. */
  public UdaExperiment() {
    super(
        "experiment-uda",
        "UDA with distillation, to inverted and blurred Fashion-MNIST",
        UdaFixture.DEFAULTS);
  }

  @Override
  Fixture fixture(Arguments given, PrintStream out) {
    return new UdaFixture(given, out);
  }
}
