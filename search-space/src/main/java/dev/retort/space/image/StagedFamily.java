package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.retort.space.Architecture;
import dev.retort.space.Family;
import dev.retort.space.Property;
import dev.retort.space.Scope;
import dev.retort.space.Value;
import java.util.HashMap;
import java.util.Map;

/**
 * A family of convolutional networks made of stages, whose {@code depth} says how many layers each
 * has. A smaller network takes the leading layers of each stage.
 */
abstract class StagedFamily implements Family {
  private static final int MOST_LAYERS = 1000;
  private static final int MOST_PLANES = 1 << 16;
  private static final int MOST_PIXELS = 1 << 14;
  private static final int LARGEST_WINDOW = 31;

  private final String name;
  private final ImmutableList<Property> properties;

  StagedFamily(String name, ImmutableList<Property> properties) {
    this.name = name;
    this.properties = properties;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final ImmutableList<Property> properties() {
    return properties;
  }

  /** Number of stages that values describe. */
  abstract int stages(Map<String, Value> values);

  /**
   * What else the family asks of values whose lists have the right lengths.
   *
   * @throws IllegalArgumentException when they do not fit; the message says why
   */
  abstract void check(Map<String, Value> values);

  @Override
  public final int stages(Architecture architecture) {
    return stages(architecture.values());
  }

  @Override
  public final int layers(Architecture architecture) {
    return layers(architecture.values(), stages(architecture));
  }

  /** Number of layers before a stage, which counts from 0. */
  static int layersBefore(Architecture architecture, int stage) {
    return layers(architecture.values(), stage);
  }

  private static int layers(Map<String, Value> values, int stages) {
    int layers = 0;
    for (int stage = 0; stage < stages; stage++) {
      layers += (int) at(values, "depth", stage);
    }
    return layers;
  }

  @Override
  public final ImmutableMap<String, Value> canonical(ImmutableMap<String, Value> values) {
    int stages = stages(values);
    checkLength(values, Scope.STAGE, stages);
    for (int stage = 0; stage < stages; stage++) {
      most("depth", at(values, "depth", stage), MOST_LAYERS);
    }
    int layers = layers(values, stages);
    most("the sum of depth", layers, MOST_LAYERS);
    checkLength(values, Scope.LAYER, layers);
    for (Property property : properties) {
      if (!values.containsKey(property.name())) {
        throw new IllegalArgumentException("A " + name + " architecture needs " + property.name());
      }
      if (property.kind() == Property.Kind.INTEGER) {
        checkSizes(property, values.get(property.name()));
      }
    }
    check(values);
    Map<String, Value> canonical = new HashMap<>(Maps.transformValues(values, StagedFamily::alike));
    return ImmutableMap.copyOf(canonical);
  }

  private void checkLength(Map<String, Value> values, Scope scope, int length) {
    for (Property property : properties) {
      if (property.scope() == scope
          && values.get(property.name()) instanceof Value.Each each
          && each.values().size() != length) {
        throw new IllegalArgumentException(
            property.name() + " has " + each.values().size() + " values (" + each + ") for "
                + length + " " + scope.word() + "s");
      }
    }
  }

  private static void checkSizes(Property property, Value value) {
    ImmutableList<Double> numbers =
        value instanceof Value.Each each ? each.values() : ImmutableList.of(number(value));
    for (double number : numbers) {
      if (property.name().equals("resolution")) {
        most("resolution", number, MOST_PIXELS);
      } else if (property.name().equals("kernel")) {
        most("kernel", number, LARGEST_WINDOW);
        if (number % 2 == 0) {
          throw new IllegalArgumentException(
              "kernel must be odd, so that it has a middle, not (" + Value.of(number) + ")");
        }
      } else {
        most(property.name(), number, MOST_PLANES);
      }
    }
  }

  /** Refuses more than the most: sizes are kept so small that no product of them can overflow. */
  static void most(String name, double number, double most) {
    if (number > most) {
      throw new IllegalArgumentException(
          name + " can be at most " + Value.of(most) + ", not (" + Value.of(number) + ")");
    }
  }

  /** The number of a dimension in a stage or layer, counted from 0. */
  static double at(Map<String, Value> values, String name, int index) {
    Value value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("No value for " + name + " in " + values);
    }
    return value instanceof Value.Each each ? each.values().get(index) : number(value);
  }

  private static double number(Value value) {
    if (value instanceof Value.Number number) {
      return number.value();
    }
    throw new IllegalArgumentException("Needs a number, not (" + value + ")");
  }

  /** Numbers that are all the same are written once. */
  private static Value alike(Value value) {
    if (value instanceof Value.Each each
        && each.values().stream().allMatch(each.values().get(0)::equals)) {
      return Value.of(each.values().get(0));
    }
    return value;
  }

  /** A whole number for each stage, which has a default that differs by stage. */
  static Property stages(String name, int least, double... standard) {
    return new Property(
        name, Property.Kind.INTEGER, Scope.STAGE, each(standard), least, ImmutableList.of());
  }

  private static Value each(double... values) {
    ImmutableList.Builder<Double> list = ImmutableList.builder();
    for (double value : values) {
      list.add(value);
    }
    return alike(new Value.Each(list.build()));
  }
}
