package dev.retort.benchmark.experiment;

import java.io.PrintStream;

/** MixKD on few sentences. */
public final class MixKdExperiment extends ObjectiveExperiment {
  /** The word {@code experiment-mixkd}. */
  public MixKdExperiment() {
    super("experiment-mixkd", "MixKD on few sentences of authors", MixKdFixture.DEFAULTS);
  }

  @Override
  Fixture fixture(Arguments given, PrintStream out) {
    return new MixKdFixture(given, out);
  }
}
