package dev.retort.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A front of one or two objectives. On it the second falls as the first grows, so an offer has to
 * be compared with its neighbours alone: O(log of the size), beside what it drops (Kung, Luccio and
 * Preparata, 1975). A search by cost alone offers tens of thousands that nothing dominates.
 *
 * @param <T> what is compared
 */
final class Staircase<T> {
  /** By the first objective. */
  private final TreeMap<Double, Step<T>> steps = new TreeMap<>();

  private long offered;
  private int size;

  /** Something and when it was offered. */
  private record Member<T>(long number, T member) {}

  /** What is equal in both objectives. */
  private record Step<T>(double second, List<Member<T>> members) {}

  /** As {@link Front#offer}. */
  boolean offer(T candidate, double first, double second) {
    Map.Entry<Double, Step<T>> below = steps.floorEntry(first);
    offered++;
    if (below != null && below.getValue().second() <= second) {
      if (below.getKey() < first || below.getValue().second() < second) {
        return false;
      }
      below.getValue().members().add(new Member<>(offered, candidate));
      size++;
      return true;
    }
    Map.Entry<Double, Step<T>> above = steps.ceilingEntry(first);
    while (above != null && above.getValue().second() >= second) {
      size -= above.getValue().members().size();
      steps.remove(above.getKey());
      above = steps.higherEntry(first);
    }
    List<Member<T>> members = new ArrayList<>(1);
    members.add(new Member<>(offered, candidate));
    steps.put(first, new Step<>(second, members));
    size++;
    return true;
  }

  boolean has(double first, double second) {
    Step<T> step = steps.get(first);
    return step != null && step.second() == second;
  }

  int size() {
    return size;
  }

  /** In the order of the offers. */
  List<T> members() {
    return steps.values().stream()
        .flatMap(step -> step.members().stream())
        .sorted(Comparator.comparingLong(Member::number))
        .map(Member::member)
        .toList();
  }
}
