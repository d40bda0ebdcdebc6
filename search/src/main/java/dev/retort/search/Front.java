package dev.retort.search;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * A Pareto front of minimised objectives: what nothing else dominates, in the order in which it was
 * offered. One thing dominates another when it is at least as good in every objective and better in
 * one; so things that are equal in all of them stand on the front together.
 *
 * <p>Each offer costs O(size of the front). Not thread-safe.
 *
 * @param <T> what is compared
 */
public final class Front<T> {
  private final Function<? super T, double[]> objectives;
  private final List<T> members = new ArrayList<>();
  private final List<double[]> vectors = new ArrayList<>();

  /**
   * An empty front.
   *
   * @param objectives what is minimised: finite numbers, as many for each thing
   */
  public Front(Function<? super T, double[]> objectives) {
    this.objectives = objectives;
  }

  /** The front of all these, in their order. */
  public static <T> ImmutableList<T> of(
      Iterable<? extends T> all, Function<? super T, double[]> objectives) {
    Front<T> front = new Front<>(objectives);
    for (T each : all) {
      front.offer(each);
    }
    return front.members();
  }

  /**
   * Takes it up if nothing on the front dominates it, and drops what it dominates.
   *
   * @return whether it is on the front now
   */
  public boolean offer(T candidate) {
    double[] vector = objectives.apply(candidate).clone();
    for (double[] each : vectors) {
      if (dominates(each, vector)) {
        return false;
      }
    }
    int kept = 0;
    for (int i = 0; i < members.size(); i++) {
      if (!dominates(vector, vectors.get(i))) {
        members.set(kept, members.get(i));
        vectors.set(kept, vectors.get(i));
        kept++;
      }
    }
    members.subList(kept, members.size()).clear();
    vectors.subList(kept, vectors.size()).clear();
    members.add(candidate);
    vectors.add(vector);
    return true;
  }

  /** Whether something on the front is equal to it in every objective. */
  public boolean equalled(T candidate) {
    double[] vector = objectives.apply(candidate);
    return vectors.stream().anyMatch(each -> Arrays.equals(each, vector));
  }

  /** What is on the front, in the order of the offers. */
  public ImmutableList<T> members() {
    return ImmutableList.copyOf(members);
  }

  /**
   * Whether the first dominates the second.
   *
   * @param first minimised objectives
   * @param second as many
   * @throws IllegalArgumentException when lengths differ or a number is not finite
   */
  public static boolean dominates(double[] first, double[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "Vectors of different length (" + first.length + " and " + second.length + ")");
    }
    boolean better = false;
    boolean worse = false;
    for (int i = 0; i < first.length; i++) {
      if (!Double.isFinite(first[i]) || !Double.isFinite(second[i])) {
        throw new IllegalArgumentException(
            "Objectives must be finite (" + first[i] + ", " + second[i] + ")");
      }
      better |= first[i] < second[i];
      worse |= first[i] > second[i];
    }
    return better && !worse;
  }
}
