package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.List;

/** How students of text are taught. */
final class TextEntrants {
  /** The student's first layer of two and the teacher's second of four. */
  private static final ImmutableMap<String, Object> MIDDLE =
      ImmutableMap.of("student", List.of(1), "teacher", List.of(2));

  /** All of them: inner ones with Distiller's weight, 1. */
  static final ImmutableList<Entrant> ALL = ImmutableList.of(
      Entrant.plain(),
      Entrant.beside(Term.of("kd", 1, ImmutableMap.of("temperature", 2)))
          .must(Sharper.below(
              "divergence from the teacher (T 2) below that without",
              TextFixture.DIVERGENCE,
              Entrant.PLAIN)),
      inner(Term.of("self-attention-relation", 1, ImmutableMap.of("heads", 4))),
      inner(Term.of("attention-transfer", 1)),
      inner(Term.of("attention", 1)).from(TextFixture.ASKED),
      inner(Term.of("hidden-state", 1)),
      inner(Term.of("hidden-cross-entropy", 1)),
      inner(Term.of("cosine", 1)),
      inner(Term.of("pkd", 1, ImmutableMap.of("layers", MIDDLE))),
      inner(Term.of("mi-alpha", 1)));

  private TextEntrants() {}

  private static Entrant inner(Term term) {
    return Entrant.beside(term).must(Sharper.fallen(term.objective(), 1));
  }
}
