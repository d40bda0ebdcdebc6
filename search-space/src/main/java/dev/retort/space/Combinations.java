package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All combinations of the choices of some dimensions, numbered from 0: the first dimension counts
 * slowest. Of no dimensions there is one combination.
 */
final class Combinations {
  /** Combinations, times others, that a space may have: each of them is looked at, once. */
  static final int MOST = 4_000_000;

  private final ImmutableList<Dimension> dimensions;

  /** How much one step of a dimension adds to the number. */
  private final ImmutableMap<String, Integer> weights;

  /** The number that each value of a dimension has among its choices. */
  private final ImmutableMap<String, ImmutableMap<Value, Integer>> positions;

  private final int size;

  /**
   * The combinations of some dimensions.
   *
   * @param others how many combinations of other dimensions there are for each of these
   * @throws IllegalArgumentException when there are more than {@link #MOST} with them
   */
  Combinations(ImmutableList<Dimension> dimensions, int others) {
    this.dimensions = dimensions;
    ImmutableMap.Builder<String, Integer> steps = ImmutableMap.builder();
    ImmutableMap.Builder<String, ImmutableMap<Value, Integer>> numbers = ImmutableMap.builder();
    long product = 1;
    for (Dimension dimension : dimensions.reverse()) {
      steps.put(dimension.name(), (int) product);
      numbers.put(dimension.name(), numbered(dimension.choices().values()));
      product *= dimension.choices().size();
      if (product * others > MOST) {
        throw new IllegalArgumentException("A space may have at most " + MOST
            + " combinations of what its layers share and what one layer or stage chooses: use"
            + " coarser steps than " + dimensions);
      }
    }
    this.weights = steps.buildOrThrow();
    this.positions = numbers.buildOrThrow();
    this.size = (int) product;
  }

  private static ImmutableMap<Value, Integer> numbered(ImmutableList<Value> values) {
    ImmutableMap.Builder<Value, Integer> numbers = ImmutableMap.builder();
    for (int i = 0; i < values.size(); i++) {
      numbers.put(values.get(i), i);
    }
    return numbers.buildOrThrow();
  }

  ImmutableList<Dimension> dimensions() {
    return dimensions;
  }

  boolean isEmpty() {
    return dimensions.isEmpty();
  }

  int size() {
    return size;
  }

  /** Puts the values of a combination. */
  void put(int number, Map<String, Value> values) {
    int rest = number;
    for (int i = dimensions.size() - 1; i >= 0; i--) {
      Dimension dimension = dimensions.get(i);
      int choices = dimension.choices().size();
      values.put(dimension.name(), dimension.choices().values().get(rest % choices));
      rest /= choices;
    }
  }

  /** The value of a dimension in a combination. */
  Value value(int number, Dimension dimension) {
    ImmutableList<Value> choices = dimension.choices().values();
    return choices.get(number / weight(dimension) % choices.size());
  }

  /** How much one step of a dimension adds to the number. */
  int weight(Dimension dimension) {
    Integer weight = weights.get(dimension.name());
    if (weight == null) {
      throw new IllegalArgumentException("No dimension (" + dimension + ") in " + dimensions);
    }
    return weight;
  }

  /** The number of a value among a dimension's choices, or -1. */
  int choice(Dimension dimension, @Nullable Value value) {
    ImmutableMap<Value, Integer> numbers = positions.get(dimension.name());
    Integer choice = value == null || numbers == null ? null : numbers.get(value);
    return choice == null ? -1 : choice;
  }

  /**
   * How large the values of a combination are together: the sum over the dimensions of how many of
   * the choices are less.
   */
  int rank(int number) {
    int rank = 0;
    for (Dimension dimension : dimensions) {
      double own = Frames.number(value(number, dimension));
      for (Value choice : dimension.choices().values()) {
        rank += Frames.number(choice) < own ? 1 : 0;
      }
    }
    return rank;
  }
}
