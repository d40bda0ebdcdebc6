package dev.retort.space;

import com.google.common.collect.ImmutableList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The combinations of a space's choices where all stages are alike. An <em>option</em> is a value
 * for each dimension that every layer chooses for itself; an architecture is a frame and an option
 * for each of its layers. In both numbers the family's first dimension counts slowest.
 */
final class Grid implements Layout {
  private static final int UNKNOWN = 0;
  private static final int NONE = -1;

  private final Family family;
  private final Frames frames;
  private final Combinations shared;
  private final Combinations layered;

  /**
   * The layers of each frame, once they are asked for. Several threads may find
   * them out, but the same ones: no lock is needed.
   */
  private final int[] layers;

  Grid(Frames frames, ImmutableList<Dimension> dimensions) {
    this.family = frames.family();
    this.frames = frames;
    this.shared = frames.shared();
    this.layered = new Combinations(Frames.of(dimensions, Scope.LAYER), frames.size());
    this.layers = new int[layered.isEmpty() ? 0 : frames.size()];
  }

  int frames() {
    return frames.size();
  }

  int options() {
    return layered.size();
  }

  /** The member whose every layer takes the option, or null when it is no member. */
  @Nullable
  Architecture uniform(int frame, int option) {
    Map<String, Value> values = frames.values(frame);
    return values == null ? null : uniform(values, option);
  }

  /** A new map with what the layers of a frame share, or null when no member has the frame. */
  @Nullable
  Map<String, Value> values(int frame) {
    return frames.values(frame);
  }

  /**
   * The member whose every layer takes the option, or null when it is no member.
   *
   * @param values those of its frame; takes the option's
   */
  @Nullable
  Architecture uniform(Map<String, Value> values, int option) {
    layered.put(option, values);
    Architecture architecture = Architecture.of(family, values);
    for (LayerConstraint constraint : frames.constraints()) {
      if (!constraint.admits(architecture)) {
        return null;
      }
    }
    boolean kept =
        frames.isKept(shared, architecture, values) && frames.isKept(layered, architecture, values);
    return kept ? architecture : null;
  }

  @Override
  public Architecture assemble(Place place) {
    Map<String, Value> values = frames.values(place.frame());
    if (values == null) {
      throw new IllegalArgumentException("No architecture has the frame (" + place.frame() + ")");
    }
    for (Dimension dimension : layered.dimensions()) {
      values.put(dimension.name(), new Value.Each(numbers(place, dimension)));
    }
    return Architecture.of(family, values);
  }

  private ImmutableList<Double> numbers(Place place, Dimension dimension) {
    ImmutableList<Value> choices = dimension.choices().values();
    int below = layered.weight(dimension);
    ImmutableList.Builder<Double> numbers =
        ImmutableList.builderWithExpectedSize(place.options().length);
    for (int option : place.options()) {
      numbers.add(Frames.number(choices.get(option / below % choices.size())));
    }
    return numbers.build();
  }

  @Override
  public @Nullable Place locate(Architecture architecture) {
    if (architecture.family() != family) {
      return null;
    }
    Dimension open = null;
    int frame = 0;
    for (Dimension dimension : shared.dimensions()) {
      int choice = shared.choice(dimension, family.value(architecture, dimension.name()));
      if (choice < 0) {
        if (open != null) {
          return null;
        }
        open = dimension;
      }
      frame = frame * dimension.choices().size() + Math.max(choice, 0);
    }
    int[] chosen = new int[layered.isEmpty() ? 0 : architecture.layers()];
    for (Dimension dimension : layered.dimensions()) {
      Value value = family.value(architecture, dimension.name());
      for (int layer = 0; layer < chosen.length; layer++) {
        int choice = layered.choice(dimension, Frames.at(value, layer));
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
    int below = shared.weight(open);
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
    int below = layered.weight(open);
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

  private static Value at(Value value, int layer) {
    return value instanceof Value.Each each ? Value.of(each.values().get(layer)) : value;
  }

  @Override
  public @Nullable Place place(Map<String, Value> elastic) {
    int frame = frame(elastic);
    int count = frame < 0 ? NONE : layers(frame);
    if (count < 0) {
      return null;
    }
    int[] chosen = new int[count];
    for (Dimension dimension : layered.dimensions()) {
      Value value = elastic.get(dimension.name());
      if (value instanceof Value.Each each && each.values().size() != count) {
        return null;
      }
      for (int layer = 0; layer < chosen.length; layer++) {
        int choice = layered.choice(dimension, Frames.at(value, layer));
        if (choice < 0) {
          return null;
        }
        chosen[layer] = chosen[layer] * dimension.choices().size() + choice;
      }
    }
    return new Place(frame, chosen);
  }

  private int frame(Map<String, Value> elastic) {
    int frame = 0;
    for (Dimension dimension : shared.dimensions()) {
      int choice = shared.choice(dimension, elastic.get(dimension.name()));
      if (choice < 0) {
        return NONE;
      }
      frame = frame * dimension.choices().size() + choice;
    }
    return frame;
  }

  /** Layers that choose for themselves in a frame; negative when no member has the frame. */
  private int layers(int frame) {
    if (layered.isEmpty()) {
      return frames.values(frame) == null ? NONE : 0;
    }
    if (layers[frame] == UNKNOWN) {
      Architecture first = first(frame);
      layers[frame] = first == null ? NONE : first.layers();
    }
    return layers[frame];
  }

  private @Nullable Architecture first(int frame) {
    Map<String, Value> values = frames.values(frame);
    if (values == null) {
      return null;
    }
    layered.put(0, values);
    return Architecture.of(family, values);
  }

  @Override
  public @Nullable ImmutableList<Integer> depths(Map<String, Value> elastic) {
    int frame = frame(elastic);
    if (frame < 0) {
      return null;
    }
    int count = layered.isEmpty() ? NONE : layers(frame);
    if (count > 0) {
      return ImmutableList.of(count);
    }
    Architecture first = first(frame);
    return first == null ? null : family.depths(first);
  }

  @Override
  public Value value(Place place, Dimension dimension) {
    return dimension.scope() == Scope.NETWORK
        ? shared.value(place.frame(), dimension)
        : Frames.joined(numbers(place, dimension));
  }
}
