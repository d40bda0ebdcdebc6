package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableList;
import java.util.stream.Collectors;

/**
 * A way to train the student.
 *
 * @param name how the table and {@code --only} call it
 * @param terms its losses
 * @param teacher which of the fixture's teachers; without use where no term reads one
 * @param against the entrant that it is compared with; its own name: with none
 * @param checks what must hold on every seed
 * @param data which of the fixture's data it learns from; empty where there is one
 */
record Entrant(
    String name,
    ImmutableList<Term> terms,
    String teacher,
    String against,
    ImmutableList<Sharper> checks,
    String data) {
  /** The entrant of every fixture that learns from labels alone. */
  static final String PLAIN = "cross-entropy";

  /** The teacher of every fixture. */
  static final String TEACHER = "teacher";

  /** Labels alone, which others are compared with. */
  static Entrant plain() {
    return of(PLAIN, Term.of(PLAIN, 1));
  }

  /** Some losses from the first teacher, compared with labels alone. */
  static Entrant of(String name, Term... terms) {
    return new Entrant(name, ImmutableList.copyOf(terms), TEACHER, PLAIN, ImmutableList.of(), "");
  }

  /** One objective beside cross-entropy of weight 1. */
  static Entrant beside(Term term) {
    return of(term.objective(), Term.of(PLAIN, 1), term);
  }

  Entrant from(String other) {
    return new Entrant(name, terms, other, against, checks, data);
  }

  Entrant against(String other) {
    return new Entrant(name, terms, teacher, other, checks, data);
  }

  Entrant on(String other) {
    return new Entrant(name, terms, teacher, against, checks, other);
  }

  Entrant must(Sharper... further) {
    return new Entrant(
        name,
        terms,
        teacher,
        against,
        ImmutableList.<Sharper>builder().addAll(checks).add(further).build(),
        data);
  }

  /** Its losses, as a recipe has them. */
  String losses() {
    return terms.stream().map(Term::toString).collect(Collectors.joining(" + "));
  }

  /** All that a trial of it depends on. */
  String key() {
    return losses() + " from " + teacher + (data.isEmpty() ? "" : " on " + data);
  }
}
