package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The combinations of a space's choices, numbered. A <em>frame</em> is a value for each dimension
 * that all layers share, an <em>option</em> one for each dimension that every layer chooses for
 * itself; an architecture is a frame and an option for each of its layers. In both numbers the
 * family's first dimension counts slowest.
 */
final class Grid {
  /** Frames times options that a space may have: all are looked at, once. */
  static final int MOST = 4_000_000;

  private final Family family;
  private final ImmutableList<Dimension> shared;
  private final ImmutableList<Dimension> layered;
  private final ImmutableMap<String, Value> fixed;
  private final ImmutableList<LayerConstraint> constraints;
  private final int frames;
  private final int options;

  /** A frame and the option of each layer. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and never handed out of the package.
  record Place(int frame, int[] options) {}

  Grid(
      Family family,
      ImmutableList<Dimension> dimensions,
      Map<String, Value> fixed,
      ImmutableList<LayerConstraint> constraints) {
    this.family = family;
    this.shared = dimensions.stream()
        .filter(each -> each.scope() == Scope.NETWORK)
        .collect(ImmutableList.toImmutableList());
    this.layered = dimensions.stream()
        .filter(each -> each.scope() == Scope.LAYER)
        .collect(ImmutableList.toImmutableList());
    Map<String, Value> values = new HashMap<>(fixed);
    for (Property property : family.properties()) {
      Value standard = property.standard();
      if (standard != null) {
        values.putIfAbsent(property.name(), standard);
      }
    }
    this.fixed = ImmutableMap.copyOf(values);
    this.constraints = constraints;
    this.frames = product(shared, 1);
    this.options = product(layered, frames);
  }

  private static int product(ImmutableList<Dimension> dimensions, int others) {
    long product = 1;
    for (Dimension dimension : dimensions) {
      product *= dimension.choices().size();
      if (product * others > MOST) {
        throw new IllegalArgumentException("A space may have at most " + MOST
            + " combinations of what its layers share and what one layer chooses: use coarser"
            + " steps than " + dimensions);
      }
    }
    return (int) product;
  }

  int frames() {
    return frames;
  }

  int options() {
    return options;
  }

  /** The member whose every layer takes the option, or null when it is no member. */
  @Nullable
  Architecture uniform(int frame, int option) {
    Map<String, Value> values = frameValues(frame);
    if (values == null) {
      return null;
    }
    put(layered, option, values);
    Architecture architecture = Architecture.of(family, values);
    for (LayerConstraint constraint : constraints) {
      if (!constraint.admits(architecture)) {
        return null;
      }
    }
    boolean kept = isKept(shared, architecture, values) && isKept(layered, architecture, values);
    return kept ? architecture : null;
  }

  /** The architecture at a place of which each layer's option is a member's. */
  Architecture assemble(Place place) {
    Map<String, Value> values = frameValues(place.frame());
    if (values == null) {
      throw new IllegalArgumentException("No architecture has the frame (" + place.frame() + ")");
    }
    int below = 1;
    for (Dimension dimension : layered.reverse()) {
      ImmutableList<Value> choices = dimension.choices().values();
      ImmutableList.Builder<Double> numbers = ImmutableList.builder();
      for (int option : place.options()) {
        numbers.add(number(choices.get(option / below % choices.size())));
      }
      values.put(dimension.name(), new Value.Each(numbers.build()));
      below *= choices.size();
    }
    return Architecture.of(family, values);
  }

  /** Where an architecture stands if it is a member, else null or a place that is no member's. */
  @Nullable
  Place locate(Architecture architecture) {
    if (architecture.family() != family) {
      return null;
    }
    Dimension open = null;
    int frame = 0;
    for (Dimension dimension : shared) {
      int choice = choice(dimension, family.value(architecture, dimension.name()));
      if (choice < 0) {
        if (open != null) {
          return null;
        }
        open = dimension;
      }
      frame = frame * dimension.choices().size() + Math.max(choice, 0);
    }
    int[] chosen = new int[layered.isEmpty() ? 0 : architecture.layers()];
    for (Dimension dimension : layered) {
      for (int layer = 0; layer < chosen.length; layer++) {
        int choice = choice(dimension, at(family.value(architecture, dimension.name()), layer));
        if (choice < 0) {
          if (open != null && open != dimension) {
            return null;
          }
          open = dimension;
        }
        chosen[layer] = chosen[layer] * dimension.choices().size() + Math.max(choice, 0);
      }
    }
    Place place = new Place(frame, chosen);
    if (open != null) {
      return open.scope() == Scope.LAYER
          ? locateLayers(architecture, place, open)
          : locateFrame(architecture, place, open);
    }
    return isAt(place, architecture) ? place : null;
  }

  private boolean isAt(Place place, Architecture architecture) {
    return layers(place.frame()) == place.options().length && assemble(place).equals(architecture);
  }

  /**
   * A canonical form may hold a choice under another value or name (ratio 2.5 as intermediate 40):
   * looks for the one choice of the open dimension that gives the architecture.
   */
  private @Nullable Place locateFrame(Architecture architecture, Place place, Dimension open) {
    int below = weight(shared, open);
    for (int i = 0; i < open.choices().size(); i++) {
      Place candidate = new Place(place.frame() + i * below, place.options());
      int option = place.options().length == 0 ? 0 : place.options()[0];
      if (isAt(candidate, architecture) && uniform(candidate.frame(), option) != null) {
        return candidate;
      }
    }
    return null;
  }

  /** As above, by layer. */
  private @Nullable Place locateLayers(Architecture architecture, Place place, Dimension open) {
    if (layers(place.frame()) != place.options().length) {
      return null;
    }
    int below = weight(layered, open);
    int size = open.choices().size();
    int[] found = place.options().clone();
    for (int layer = 0; layer < found.length; layer++) {
      Architecture alike = alike(architecture, layer);
      int without = found[layer] - found[layer] / below % size * below;
      int choice = 0;
      while (choice < size && !alike.equals(uniform(place.frame(), without + choice * below))) {
        choice++;
      }
      if (choice == size) {
        return null;
      }
      found[layer] = without + choice * below;
    }
    Place candidate = new Place(place.frame(), found);
    return isAt(candidate, architecture) ? candidate : null;
  }

  /** The architecture whose every layer is like one layer of another. */
  private Architecture alike(Architecture architecture, int layer) {
    Map<String, Value> values = new HashMap<>();
    architecture.values().forEach((name, value) -> values.put(name, at(value, layer)));
    return Architecture.of(family, values);
  }

  /** The place of given choices, or null when a value is no choice or no member has the frame. */
  @Nullable
  Place place(Map<String, Value> elastic) {
    int frame = 0;
    for (Dimension dimension : shared) {
      int choice = choice(dimension, elastic.get(dimension.name()));
      if (choice < 0) {
        return null;
      }
      frame = frame * dimension.choices().size() + choice;
    }
    int layers = layers(frame);
    if (layers < 0) {
      return null;
    }
    int[] chosen = new int[layers];
    for (Dimension dimension : layered) {
      Value value = elastic.get(dimension.name());
      if (value instanceof Value.Each each && each.values().size() != layers) {
        return null;
      }
      for (int layer = 0; layer < chosen.length; layer++) {
        int choice = choice(dimension, at(value, layer));
        if (choice < 0) {
          return null;
        }
        chosen[layer] = chosen[layer] * dimension.choices().size() + choice;
      }
    }
    return new Place(frame, chosen);
  }

  /** Layers that choose for themselves in a frame; negative when no member has the frame. */
  private int layers(int frame) {
    Map<String, Value> values = frameValues(frame);
    if (values == null) {
      return -1;
    }
    if (layered.isEmpty()) {
      return 0;
    }
    put(layered, 0, values);
    return Architecture.of(family, values).layers();
  }

  /** The value that a member takes in an elastic dimension, of its choices. */
  Value value(Place place, Dimension dimension) {
    ImmutableList<Value> choices = dimension.choices().values();
    if (dimension.scope() == Scope.NETWORK) {
      return choices.get(place.frame() / weight(shared, dimension) % choices.size());
    }
    int below = weight(layered, dimension);
    ImmutableList<Double> numbers = Arrays.stream(place.options())
        .mapToObj(option -> number(choices.get(option / below % choices.size())))
        .collect(ImmutableList.toImmutableList());
    boolean alike = numbers.stream().allMatch(numbers.get(0)::equals);
    return alike ? Value.of(numbers.get(0)) : new Value.Each(numbers);
  }

  private @Nullable Map<String, Value> frameValues(int frame) {
    Map<String, Value> values = new HashMap<>(fixed);
    put(shared, frame, values);
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
   */
  private boolean isKept(
      ImmutableList<Dimension> dimensions, Architecture architecture, Map<String, Value> values) {
    for (Dimension dimension : dimensions) {
      Value chosen = values.get(dimension.name());
      Value canonical = family.value(architecture, dimension.name());
      if (chosen == null || chosen.equals(canonical)) {
        continue;
      }
      if (choice(dimension, canonical) >= 0) {
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

  private static void put(
      ImmutableList<Dimension> dimensions, int number, Map<String, Value> values) {
    int rest = number;
    for (Dimension dimension : dimensions.reverse()) {
      int size = dimension.choices().size();
      values.put(dimension.name(), dimension.choices().values().get(rest % size));
      rest /= size;
    }
  }

  /** How much one step of a dimension adds to a frame's or option's number. */
  private static int weight(ImmutableList<Dimension> dimensions, Dimension dimension) {
    int weight = 1;
    for (Dimension each : dimensions.reverse()) {
      if (each.equals(dimension)) {
        return weight;
      }
      weight *= each.choices().size();
    }
    throw new IllegalArgumentException("No dimension (" + dimension + ") in " + dimensions);
  }

  private static int choice(Dimension dimension, @Nullable Value value) {
    return value == null ? -1 : dimension.choices().values().indexOf(value);
  }

  private static @Nullable Value at(@Nullable Value value, int layer) {
    return value instanceof Value.Each each ? Value.of(each.values().get(layer)) : value;
  }

  private static double number(Value value) {
    return ((Value.Number) value).value();
  }
}
