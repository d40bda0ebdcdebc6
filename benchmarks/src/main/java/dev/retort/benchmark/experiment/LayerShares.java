package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code dfa} found: how much of each layer of its groups it takes, as measures of a trial.
 * Where there are several groups a measure is that of the group in which it is the worst.
 */
final class LayerShares {
  /** The largest share of a group. */
  static final String LARGEST = "largest-share";

  /** The smallest share of a group. */
  static final String SMALLEST = "smallest-share";

  /** How far the shares of a group are from adding up to 1. */
  static final String EXCESS = "share-excess";

  /** One, to hold others against. */
  static final String ONE = "one";

  /** The share of the layer in the middle of a group. */
  static final String MIDDLE = "middle-share";

  /** The smallest share of the other layers of that group. */
  static final String OTHERS = "smallest-share-of-the-others";

  private LayerShares() {}

  /** The measures; none where no shares were found. */
  static ImmutableMap<String, Double> of(Map<String, Double> measures) {
    Map<String, Map<Integer, Double>> groups = new TreeMap<>();
    measures.forEach((name, value) -> {
      if (name.startsWith(Trial.SHARE)) {
        int colon = name.lastIndexOf(':');
        groups
            .computeIfAbsent(name.substring(0, colon), any -> new TreeMap<>())
            .put(Integer.parseInt(name.substring(colon + 1)), value);
      }
    });
    ImmutableMap<String, Double> worst = ImmutableMap.of();
    for (Map<Integer, Double> shares : groups.values()) {
      ImmutableMap<String, Double> each =
          of(shares.values().stream().mapToDouble(Double::doubleValue).toArray());
      ImmutableMap<String, Double> before = worst.isEmpty() ? each : worst;
      double margin = each.get(MIDDLE) / each.get(OTHERS);
      double others = before.get(MIDDLE) / before.get(OTHERS);
      boolean worse = margin > others;
      boolean evener =
          each.get(LARGEST) / each.get(SMALLEST) < before.get(LARGEST) / before.get(SMALLEST);
      worst = ImmutableMap.of(
          LARGEST, evener ? each.get(LARGEST) : before.get(LARGEST),
          SMALLEST, evener ? each.get(SMALLEST) : before.get(SMALLEST),
          EXCESS, Math.max(each.get(EXCESS), before.get(EXCESS)),
          ONE, 1.0,
          MIDDLE, worse ? each.get(MIDDLE) : before.get(MIDDLE),
          OTHERS, worse ? each.get(OTHERS) : before.get(OTHERS));
    }
    return worst;
  }

  private static ImmutableMap<String, Double> of(double[] shares) {
    double sum = 0;
    double largest = 0;
    double smallest = 1;
    double others = 1;
    for (int i = 0; i < shares.length; i++) {
      sum += shares[i];
      largest = Math.max(largest, shares[i]);
      smallest = Math.min(smallest, shares[i]);
      others = i == shares.length / 2 ? others : Math.min(others, shares[i]);
    }
    return ImmutableMap.of(
        LARGEST, largest,
        SMALLEST, smallest,
        EXCESS, Math.abs(sum - 1),
        MIDDLE, shares[shares.length / 2],
        OTHERS, others);
  }
}
