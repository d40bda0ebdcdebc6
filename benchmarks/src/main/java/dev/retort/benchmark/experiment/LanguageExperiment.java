package dev.retort.benchmark.experiment;

import java.io.PrintStream;

/** Objectives of language models on students that tell stories. */
public final class LanguageExperiment extends ObjectiveExperiment {
  /** The word {@code experiment-language}. */
  public LanguageExperiment() {
    super(
        "experiment-language",
        "objectives of language models, students that tell stories",
        LanguageFixture.DEFAULTS);
  }

  @Override
  Fixture fixture(Arguments given, PrintStream out) {
    return new LanguageFixture(given, out);
  }
}
