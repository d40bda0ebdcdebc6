package dev.retort.search;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.retort.space.Metric;
import dev.retort.space.UserException;
import java.util.Arrays;
import java.util.Comparator;

/**
 * What a search minimises.
 *
 * @param names names of scores that the evaluator gives, or of cost metrics such as {@code flops};
 *     the first is what the best candidate is chosen by
 */
record Objectives(ImmutableList<String> names) {
  private static final ImmutableMap<String, Metric> METRICS =
      Maps.uniqueIndex(Arrays.asList(Metric.values()), Metric::key);

  /** The objectives as a minimised vector; for candidates with scores. */
  double[] vector(Scored scored) {
    double[] vector = new double[names.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = value(scored, names.get(i));
    }
    return vector;
  }

  /** The number that the best candidate has the least of. */
  double primary(Scored scored) {
    return value(scored, names.get(0));
  }

  /** Best first: the first objective, then MACs, then parameters, then text. */
  Comparator<Scored> order() {
    return Comparator.comparingDouble(this::primary)
        .thenComparingLong(scored -> scored.candidate().cost().macs())
        .thenComparingLong(scored -> scored.candidate().cost().parameters())
        .thenComparing(Scored::key);
  }

  /** Those that an evaluator gives. */
  ImmutableList<String> scores() {
    return names.stream()
        .filter(name -> !METRICS.containsKey(name))
        .collect(ImmutableList.toImmutableList());
  }

  /** Whether the first costs no more than the second in any cost that is an objective. */
  boolean asCheap(Candidate first, Candidate second) {
    return names.stream()
        .map(METRICS::get)
        .filter(metric -> metric != null)
        .allMatch(metric -> first.cost().get(metric) <= second.cost().get(metric));
  }

  /** What the front is taken over: the objectives, or a single score against MACs. */
  Objectives ofFront() {
    return names.size() == 1 && !METRICS.containsKey(names.get(0))
        ? new Objectives(ImmutableList.of(names.get(0), Metric.MACS.key()))
        : this;
  }

  /**
   * Checks that an evaluator's answer has what the objectives name.
   *
   * @throws UserException when an objective is no score and no metric
   * @throws IllegalArgumentException when a score has the name of a metric
   */
  void check(Scored scored) {
    if (scored.status() == Scored.Status.FAILED) {
      return;
    }
    for (String score : scored.scores().keySet()) {
      if (METRICS.containsKey(score)) {
        throw new IllegalArgumentException(
            "An evaluator may not name a score like a cost metric (" + score + ")");
      }
    }
    names.forEach(name -> value(scored, name));
  }

  private static double value(Scored scored, String name) {
    Metric metric = METRICS.get(name);
    if (metric != null) {
      return scored.candidate().cost().get(metric);
    }
    Double score = scored.scores().get(name);
    if (score == null) {
      throw new UserException(
          UserException.Kind.USAGE,
          "search.objectives: found (" + name + "), allowed: the scores "
              + scored.scores().keySet() + " and the costs " + METRICS.keySet());
    }
    return score;
  }
}
