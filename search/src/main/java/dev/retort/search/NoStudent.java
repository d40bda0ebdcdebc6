package dev.retort.search;

import dev.retort.space.Budget;
import dev.retort.space.Metric;
import dev.retort.space.UserException;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers the cheapest candidates, and says so when none meets the budget. */
final class NoStudent {
  private static final Comparator<Candidate> TIES = Comparator.comparing(
          (Candidate candidate) -> candidate.cost().macs())
      .thenComparing(candidate -> candidate.cost().parameters())
      .thenComparing(Candidate::key);

  private final Map<Metric, Candidate> cheapest = new EnumMap<>(Metric.class);
  private long seen;

  /** Takes note of a candidate that does not meet the budget. */
  void see(Candidate candidate) {
    seen++;
    for (Metric metric : Metric.values()) {
      cheapest.merge(metric, candidate, (a, b) -> order(metric).compare(a, b) <= 0 ? a : b);
    }
  }

  private static Comparator<Candidate> order(Metric metric) {
    return Comparator.comparingLong((Candidate candidate) -> candidate.cost().get(metric))
        .thenComparing(TIES);
  }

  /**
   * The refusal: the cheapest candidate in each metric and what it exceeds.
   *
   * @param budget what none met
   * @param among what was looked at, such as {@code "every one of the 768 candidates"}
   */
  UserException refusal(Budget budget, String among) {
    Map<Candidate, StringBuilder> nearest = new LinkedHashMap<>();
    cheapest.forEach((metric, candidate) -> {
      StringBuilder least = nearest.computeIfAbsent(candidate, each -> new StringBuilder());
      least.append(least.length() == 0 ? "" : ", ").append(metric.key());
    });
    StringBuilder message = new StringBuilder("No student meets the budget (" + budget + "): ")
        .append(among)
        .append(seen == 0 ? " was scored." : " exceeds it. The nearest:");
    nearest.forEach((candidate, metrics) -> message
        .append("\n  least ")
        .append(metrics)
        .append(": ")
        .append(candidate.architecture())
        .append(" in ")
        .append(candidate.subSpace())
        .append(": ")
        .append(budget.explain(candidate.cost())));
    message.append("\nRaise the budget, or give the space smaller values.");
    return new UserException(UserException.Kind.NO_STUDENT, message.toString());
  }
}
