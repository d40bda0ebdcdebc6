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
 * <p>An offer costs O(log of the front's size) with up to two objectives, else O(its size). Not
 * thread-safe.
 *
 * @param <T> what is compared
 */
public final class Front<T> {
  private final Function<? super T, double[]> objectives;

  /** Where there are up to two objectives. */
  private final Staircase<T> stairs = new Staircase<>();

  /** Where there are more. */
  private final List<T> members = new ArrayList<>();

  private final List<double[]> vectors = new ArrayList<>();

  /** Objectives of what was offered; 0: nothing yet. */
  private int width;

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
    double[] vector = vector(candidate);
    if (width <= 2) {
      return stairs.offer(candidate, vector[0], second(vector));
    }
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

  /** The numbers of a thing, checked. */
  private double[] vector(T candidate) {
    double[] vector = objectives.apply(candidate).clone();
    width = width == 0 ? vector.length : width;
    if (vector.length != width || width == 0) {
      throw new IllegalArgumentException(
          "Vectors of different length (" + width + " and " + vector.length + ")");
    }
    for (int i = 0; i < width; i++) {
      if (!Double.isFinite(vector[i])) {
        throw new IllegalArgumentException("Objectives must be finite (" + vector[i] + ")");
      }
      vector[i] += 0.0; // the two zeros are one number
    }
    return vector;
  }

  private static double second(double[] vector) {
    return vector.length > 1 ? vector[1] : 0;
  }

  /** Whether something on the front is equal to it in every objective. */
  public boolean equalled(T candidate) {
    double[] vector = vector(candidate);
    return width <= 2
        ? stairs.has(vector[0], second(vector))
        : vectors.stream().anyMatch(each -> Arrays.equals(each, vector));
  }

  /** Number of things on the front. */
  public int size() {
    return width <= 2 ? stairs.size() : members.size();
  }

  /** What is on the front, in the order of the offers. */
  public ImmutableList<T> members() {
    return ImmutableList.copyOf(width <= 2 ? stairs.members() : members);
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
