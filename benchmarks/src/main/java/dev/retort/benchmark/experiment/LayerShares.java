package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableMap;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
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
    if (groups.isEmpty()) {
      return ImmutableMap.of();
    }
    List<Group> all = groups.values().stream().map(Group::of).toList();
    Group evenest =
        Collections.min(all, Comparator.comparingDouble(each -> each.largest() / each.smallest()));
    Group worst =
        Collections.max(all, Comparator.comparingDouble(each -> each.middle() / each.others()));
    return ImmutableMap.of(
        LARGEST, evenest.largest(),
        SMALLEST, evenest.smallest(),
        EXCESS, all.stream().mapToDouble(Group::excess).max().orElseThrow(),
        ONE, 1.0,
        MIDDLE, worst.middle(),
        OTHERS, worst.others());
  }

  private record Group(
      double largest, double smallest, double excess, double middle, double others) {
    static Group of(Map<Integer, Double> layers) {
      double sum = 0;
      double largest = 0;
      double smallest = 1;
      double middle = 0;
      double others = 1;
      for (Map.Entry<Integer, Double> layer : layers.entrySet()) {
        double share = layer.getValue();
        sum += share;
        largest = Math.max(largest, share);
        smallest = Math.min(smallest, share);
        if (layer.getKey() == layers.size() / 2) {
          middle = share;
        } else {
          others = Math.min(others, share);
        }
      }
      return new Group(largest, smallest, Math.abs(sum - 1), middle, others);
    }
  }
}
