package dev.retort.space;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An architecture: a family and the value of each of its dimensions. Immutable.
 *
 * <p>It has one canonical text form, its key, its form on the command line and in logs: {@code
 * bert:layers=7,hidden=160,heads=10,ratio=3.5}; per-layer values {@code heads=10/10/8}. Dimensions
 * at their default are left out.
 */
public final class Architecture {
  private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,15}(\\.[0-9]{1,15})?");

  /** The properties of families in the order of their names. */
  private static final ConcurrentMap<Family, ImmutableList<Property>> BY_NAME =
      new ConcurrentHashMap<>();

  private final Family family;
  private final ImmutableMap<String, Value> values;

  /** The text form once it is asked for. Spaces look at many architectures that nobody names. */
  private @Nullable String text;

  private Architecture(Family family, ImmutableMap<String, Value> values) {
    this.family = family;
    this.values = values;
  }

  /**
   * The architecture with these values, defaults filled in.
   *
   * @throws IllegalArgumentException when a name is unknown, a value missing or impossible
   */
  public static Architecture of(Family family, Map<String, Value> given) {
    int known = 0;
    for (Property property : family.properties()) {
      Value value = given.get(property.name());
      if (value != null) {
        property.check(value);
        known++;
      }
    }
    if (known < given.size()) {
      checkNames(family, given);
    }
    ImmutableMap<String, Value> complete = complete(family, given);
    ImmutableMap<String, Value> canonical = family.canonical(complete);
    return new Architecture(family, canonical == complete ? complete : sorted(family, canonical));
  }

  /** The values with defaults, in the order of their names. */
  private static ImmutableMap<String, Value> complete(Family family, Map<String, Value> given) {
    ImmutableMap.Builder<String, Value> values = ImmutableMap.builder();
    for (Property property : inOrder(family)) {
      Value value = given.getOrDefault(property.name(), property.standard());
      if (value != null) {
        values.put(property.name(), value);
      }
    }
    return values.buildOrThrow();
  }

  private static ImmutableMap<String, Value> sorted(Family family, Map<String, Value> values) {
    ImmutableMap.Builder<String, Value> sorted = ImmutableMap.builder();
    for (Property property : inOrder(family)) {
      Value value = values.get(property.name());
      if (value != null) {
        sorted.put(property.name(), value);
      }
    }
    return sorted.buildOrThrow();
  }

  private static ImmutableList<Property> inOrder(Family family) {
    return BY_NAME.computeIfAbsent(family, Architecture::byName);
  }

  private static ImmutableList<Property> byName(Family family) {
    return ImmutableList.sortedCopyOf(Comparator.comparing(Property::name), family.properties());
  }

  private static void checkNames(Family family, Map<String, Value> given) {
    for (String name : given.keySet()) {
      if (property(family, name) == null) {
        throw new IllegalArgumentException("Family " + family.name() + " has no dimension (" + name
            + "); it has " + names(family));
      }
    }
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException when it is no architecture; the message says why
   */
  public static Architecture parse(String text) {
    int colon = text.indexOf(':');
    String familyName = colon < 0 ? text : text.substring(0, colon);
    Family family = Families.find(familyName);
    if (family == null) {
      throw new IllegalArgumentException("No family (" + familyName + ") in (" + text
          + "); there are " + Families.all().keySet());
    }
    Map<String, Value> values = new HashMap<>();
    if (colon >= 0) {
      for (String part : Splitter.on(',').split(text.substring(colon + 1))) {
        int equals = part.indexOf('=');
        if (equals < 1) {
          throw new IllegalArgumentException(
              "Expected name=value, found (" + part + ") in (" + text + ")");
        }
        String name = part.substring(0, equals);
        if (values.put(name, value(family, name, part.substring(equals + 1))) != null) {
          throw new IllegalArgumentException("Dimension " + name + " stands twice in " + text);
        }
      }
    }
    return of(family, values);
  }

  private static Value value(Family family, String name, String text) {
    Property property = property(family, name);
    if (property != null && property.kind() == Property.Kind.WORD) {
      return new Value.Word(text);
    }
    try {
      if (text.indexOf('/') < 0) {
        return new Value.Number(decimal(text));
      }
      return new Value.Each(Splitter.on('/')
          .splitToStream(text)
          .map(Architecture::decimal)
          .collect(ImmutableList.toImmutableList()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Dimension " + name + " needs a number, found (" + text + ")", e);
    }
  }

  /** A plain decimal: Java's own form has more, such as {@code 0x1p3} and {@code 7d}. */
  private static double decimal(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      throw new NumberFormatException("No decimal (" + text + ")");
    }
    return Double.parseDouble(text);
  }

  private static @Nullable Property property(Family family, String name) {
    for (Property property : family.properties()) {
      if (property.name().equals(name)) {
        return property;
      }
    }
    return null;
  }

  private static ImmutableList<String> names(Family family) {
    return family.properties().stream()
        .map(Property::name)
        .collect(ImmutableList.toImmutableList());
  }

  /** The family. */
  public Family family() {
    return family;
  }

  /** The value of every dimension, canonical, in the order of their names. */
  public ImmutableMap<String, Value> values() {
    return values;
  }

  /** The number of a dimension that is the same in all layers. */
  public double number(String dimension) {
    if (value(dimension) instanceof Value.Number number) {
      return number.value();
    }
    throw new IllegalArgumentException(dimension + " is not one number in " + this);
  }

  /** The number of a dimension in a layer, counted from 0. */
  public double number(String dimension, int layer) {
    return value(dimension) instanceof Value.Each each
        ? each.values().get(layer)
        : number(dimension);
  }

  /** The whole number of a dimension that is the same in all layers. */
  public int integer(String dimension) {
    return (int) number(dimension);
  }

  /** The whole number of a dimension in a layer, counted from 0. */
  public int integer(String dimension, int layer) {
    return (int) number(dimension, layer);
  }

  /** The word of a dimension. */
  public String word(String dimension) {
    if (value(dimension) instanceof Value.Word word) {
      return word.word();
    }
    throw new IllegalArgumentException(dimension + " is not a word in " + this);
  }

  private Value value(String dimension) {
    Value value = values.get(dimension);
    if (value == null) {
      throw new IllegalArgumentException("No dimension " + dimension + " in " + this);
    }
    return value;
  }

  /** Whether the architecture has that dimension. */
  public boolean has(String dimension) {
    return values.containsKey(dimension);
  }

  /** Whether a dimension has a number for each layer, not all the same. */
  public boolean differs(String dimension) {
    return value(dimension) instanceof Value.Each;
  }

  /** Layers. */
  public int layers() {
    return family.layers(this);
  }

  /**
   * This architecture with another value in one dimension; the others keep their canonical values,
   * so where a family has two names for one thing only the one that the canonical form uses will
   * do.
   */
  public Architecture with(String dimension, Value value) {
    Map<String, Value> changed = new HashMap<>(values);
    changed.put(dimension, value);
    return of(family, changed);
  }

  /** What it consists of. */
  public Blueprint blueprint() {
    return family.blueprint(this);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof Architecture that
            && family.equals(that.family)
            && values.equals(that.values));
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  /** The canonical text form. */
  @Override
  public String toString() {
    // Two threads may both write it, but the same string: no lock is needed.
    String known = text;
    if (known == null) {
      known = write();
      text = known;
    }
    return known;
  }

  private String write() {
    StringBuilder builder = new StringBuilder(family.name());
    char separator = ':';
    for (Property property : family.properties()) {
      Value value = values.get(property.name());
      if (value != null && !value.equals(property.standard())) {
        builder.append(separator).append(property.name()).append('=').append(value);
        separator = ',';
      }
    }
    return builder.toString();
  }
}
