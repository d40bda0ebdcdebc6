package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What all layers of a member share: a <em>frame</em> is a value for each dimension that the
 * network chooses once, beside the fixed and the derived ones.
 */
final class Frames {
  private final Family family;
  private final Combinations shared;
  private final ImmutableMap<String, Value> fixed;
  private final ImmutableList<LayerConstraint> constraints;

  Frames(
      Family family,
      ImmutableList<Dimension> dimensions,
      Map<String, Value> fixed,
      ImmutableList<LayerConstraint> constraints) {
    this.family = family;
    this.shared = new Combinations(of(dimensions, Scope.NETWORK), 1);
    Map<String, Value> values = new HashMap<>(fixed);
    for (Property property : family.properties()) {
      Value standard = property.standard();
      if (standard != null) {
        values.putIfAbsent(property.name(), standard);
      }
    }
    this.fixed = ImmutableMap.copyOf(values);
    this.constraints = constraints;
  }

  /** The dimensions of a scope. */
  static ImmutableList<Dimension> of(ImmutableList<Dimension> dimensions, Scope scope) {
    return dimensions.stream()
        .filter(each -> each.scope() == scope)
        .collect(ImmutableList.toImmutableList());
  }

  Family family() {
    return family;
  }

  /** The combinations that frames are the numbers of. */
  Combinations shared() {
    return shared;
  }

  ImmutableList<LayerConstraint> constraints() {
    return constraints;
  }

  int size() {
    return shared.size();
  }

  /** A new map with the values of a frame, or null when a constraint leaves it out. */
  @Nullable
  Map<String, Value> values(int frame) {
    Map<String, Value> values = new HashMap<>(fixed);
    shared.put(frame, values);
    for (LayerConstraint constraint : constraints) {
      Optional<ImmutableMap<String, Value>> derived = constraint.derive(family, values);
      if (derived.isEmpty()) {
        return null;
      }
      values.putAll(derived.get());
    }
    return values;
  }

  /**
   * Two choices may give the same architecture (ratios 2.5 and 2.51 of a hidden width of 16). Only
   * one is kept: that of the canonical value, else the first.
   *
   * @param combinations the choices
   * @param architecture what they give
   * @param values the choices and all else
   */
  boolean isKept(Combinations combinations, Architecture architecture, Map<String, Value> values) {
    for (Dimension dimension : combinations.dimensions()) {
      Value chosen = values.get(dimension.name());
      Value canonical = family.value(architecture, dimension.name());
      if (chosen == null || chosen.equals(canonical)) {
        continue;
      }
      if (combinations.choice(dimension, canonical) >= 0) {
        return false;
      }
      for (Value earlier : dimension.choices().values()) {
        if (earlier.equals(chosen)) {
          break;
        }
        Map<String, Value> other = new HashMap<>(values);
        other.put(dimension.name(), earlier);
        if (Architecture.of(family, other).equals(architecture)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The value of one layer or stage, of a value that may be one for all. */
  static @Nullable Value at(@Nullable Value value, int position) {
    return value instanceof Value.Each each ? Value.of(each.values().get(position)) : value;
  }

  /** A value for each layer or stage; one number where they are alike. */
  static Value joined(ImmutableList<Double> numbers) {
    boolean alike = numbers.stream().allMatch(numbers.get(0)::equals);
    return alike ? Value.of(numbers.get(0)) : new Value.Each(numbers);
  }

  static double number(@Nullable Value value) {
    if (value instanceof Value.Number number) {
      return number.value();
    }
    throw new IllegalArgumentException("What a layer or stage chooses is a number, not " + value);
  }
}
