package dev.retort.benchmark.experiment;

import java.io.PrintStream;

/** Objectives of encoders on students that tell authors apart. */
public final class TextExperiment extends ObjectiveExperiment {
  /** The word {@code experiment-texts}. */
  public TextExperiment() {
    super(
        "experiment-texts",
        "objectives of encoders, students that tell authors apart",
        TextFixture.DEFAULTS);
  }

  @Override
  Fixture fixture(Arguments given, PrintStream out) {
    return new TextFixture(given, out);
  }
}
