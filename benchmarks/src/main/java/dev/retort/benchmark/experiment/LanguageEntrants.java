package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;

/** How students of language are taught. */
final class LanguageEntrants {
  /** All of them. */
  static final ImmutableList<Entrant> ALL = ImmutableList.of(
      Entrant.plain(),
      alone("forward-kl"),
      alone("skew-forward-kl"),
      alone("reverse-kl")
          .must(Sharper.below(
              "reverse divergence below that of forward-kl",
              LanguageFixture.REVERSE,
              "forward-kl")),
      alone("skew-reverse-kl")
          .must(Sharper.below(
              "reverse divergence below that of forward-kl",
              LanguageFixture.REVERSE,
              "forward-kl")),
      alone("jensen-shannon"),
      alone("total-variation"),
      closer(Entrant.beside(Term.of("kd", 1, ImmutableMap.of("temperature", 1)))),
      closer(Entrant.of("okd", Term.of("okd", 1))),
      closer(Entrant.of("ctcd", Term.of("ctcd", 1))));

  private LanguageEntrants() {}

  /** A divergence of DistiLLM without labels, as its authors have it. */
  private static Entrant alone(String divergence) {
    return closer(
        Entrant.of(divergence, Term.of("distillm", 1, ImmutableMap.of("divergence", divergence))));
  }

  private static Entrant closer(Entrant entrant) {
    return entrant.must(Sharper.below(
        "divergence from the teacher below that without", LanguageFixture.FORWARD, Entrant.PLAIN));
  }
}
