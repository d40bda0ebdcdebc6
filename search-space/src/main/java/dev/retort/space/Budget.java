package dev.retort.space;

import com.google.common.collect.ImmutableSortedMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Upper bounds on costs, several at once.
 *
 * @param bounds a bound for each bounded metric; none: every cost is admitted
 */
public record Budget(ImmutableSortedMap<Metric, Bound> bounds) {
  /** No bound at all. */
  public static final Budget UNLIMITED = new Budget(ImmutableSortedMap.of());

  /** A budget of these bounds. */
  public static Budget of(Map<Metric, Bound> bounds) {
    return new Budget(ImmutableSortedMap.copyOf(bounds));
  }

  /** A budget of one bound. */
  public static Budget of(Metric metric, Bound bound) {
    return new Budget(ImmutableSortedMap.of(metric, bound));
  }

  /** This budget with absolute bounds, relative ones taken of the teacher's cost and floored. */
  public Budget resolve(Cost teacher) {
    Map<Metric, Bound> absolute = new TreeMap<>();
    bounds.forEach((metric, bound) -> {
      long limit = bound.limit(teacher.get(metric));
      if (limit < 1) {
        throw new IllegalArgumentException("The bound " + bound + " of the teacher's "
            + metric.key() + " (" + teacher.get(metric) + ") allows nothing");
      }
      absolute.put(metric, Bound.of(limit));
    });
    return of(absolute);
  }

  /** Whether a bound is relative to the teacher, so that {@link #resolve} must come first. */
  public boolean relative() {
    return bounds.values().stream().anyMatch(Bound::relative);
  }

  /**
   * Whether a cost keeps every bound.
   *
   * @throws IllegalStateException when a bound is relative
   */
  public boolean admits(Cost cost) {
    for (Map.Entry<Metric, Bound> entry : bounds.entrySet()) {
      if (cost.get(entry.getKey()) > limit(entry.getKey(), entry.getValue())) {
        return false;
      }
    }
    return true;
  }

  /**
   * How far a cost is above the bounds: the largest of cost / bound - 1; 0 or less when it is
   * admitted. Searches order by it what no budget admits.
   *
   * @throws IllegalStateException when a bound is relative
   */
  public double excess(Cost cost) {
    double excess = bounds.isEmpty() ? -1 : Double.NEGATIVE_INFINITY;
    for (Map.Entry<Metric, Bound> entry : bounds.entrySet()) {
      double limit = limit(entry.getKey(), entry.getValue());
      excess = Math.max(excess, cost.get(entry.getKey()) / limit - 1);
    }
    return excess;
  }

  /**
   * Says of every bound that a cost breaks by how much, or that it keeps all.
   *
   * @throws IllegalStateException when a bound is relative
   */
  public String explain(Cost cost) {
    String broken = bounds.entrySet().stream()
        .filter(entry -> cost.get(entry.getKey()) > limit(entry.getKey(), entry.getValue()))
        .map(entry -> broken(entry.getKey(), cost, limit(entry.getKey(), entry.getValue())))
        .collect(Collectors.joining("; "));
    return broken.isEmpty() ? "within budget" : broken;
  }

  private static String broken(Metric metric, Cost cost, long limit) {
    long amount = cost.get(metric);
    return String.format(
        Locale.ROOT,
        "%s %s above the bound of %s by %s (%.1f%%)",
        metric.key(),
        metric.text(amount),
        metric.text(limit),
        metric.text(amount - limit),
        100.0 * ((double) amount - limit) / limit);
  }

  private static long limit(Metric metric, Bound bound) {
    if (bound.relative()) {
      throw new IllegalStateException("The bound on " + metric.key() + " (" + bound
          + ") is relative to the teacher; resolve the budget first");
    }
    return bound.limit(0);
  }

  /** The bounds, such as {@code macs <= 31000000, parameters <= 50%}. */
  @Override
  public String toString() {
    return bounds.isEmpty()
        ? "no bound"
        : bounds.entrySet().stream()
            .map(entry -> entry.getKey().key() + " <= " + entry.getValue())
            .collect(Collectors.joining(", "));
  }
}
