package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The combinations of a space's choices where stages choose for themselves. A <em>stage option</em>
 * is a value for each dimension that every stage chooses, which may say how many layers it has, and
 * a <em>layer option</em> one for each that every layer chooses; an architecture is a frame, an
 * option for each stage and one for each layer. In all numbers the family's first dimension counts
 * slowest.
 */
final class StagedGrid implements Layout {
  private final Family family;
  private final Frames frames;
  private final Combinations staged;
  private final Combinations layered;

  /** What each frame offers, once it is asked for; the same whichever thread finds it out. */
  private final Map<Integer, ImmutableList<StageBlock>> known = new ConcurrentHashMap<>();

  /** Most frames offer the same. */
  private final Interner<ImmutableList<StageBlock>> offers = Interners.newStrongInterner();

  StagedGrid(Frames frames, ImmutableList<Dimension> dimensions) {
    this.family = frames.family();
    this.frames = frames;
    this.staged = new Combinations(Frames.of(dimensions, Scope.STAGE), frames.size());
    this.layered =
        new Combinations(Frames.of(dimensions, Scope.LAYER), frames.size() * staged.size());
  }

  int frames() {
    return frames.size();
  }

  /** What each stage of a frame may choose, the first stage first; empty: no member has it. */
  ImmutableList<StageBlock> stages(int frame) {
    return known.computeIfAbsent(frame, each -> offers.intern(find(each)));
  }

  private ImmutableList<StageBlock> find(int frame) {
    Map<String, Value> values = frames.values(frame);
    List<List<StageBlock.Part>> parts = new ArrayList<>();
    for (int option = 0; values != null && option < staged.size(); option++) {
      if (!add(option, values, parts)) {
        return ImmutableList.of();
      }
    }
    ImmutableList.Builder<StageBlock> blocks = ImmutableList.builder();
    for (List<StageBlock.Part> stage : parts) {
      if (stage.isEmpty()) {
        return ImmutableList.of();
      }
      blocks.add(new StageBlock(staged.size(), ImmutableList.copyOf(stage)));
    }
    return blocks.build();
  }

  /**
   * Adds an option to the parts of each stage whose layers may choose something under it. All
   * stages take it at once, and all layers each of theirs: what one is does not depend on others.
   *
   * @return whether the frame is not one that stands for another
   */
  private boolean add(int option, Map<String, Value> frame, List<List<StageBlock.Part>> parts) {
    List<LayerOptions.Builder> admitted = new ArrayList<>();
    List<Sign> signs = new ArrayList<>();
    ImmutableList<Integer> depths = ImmutableList.of();
    for (int layer = 0; layer < layered.size(); layer++) {
      Map<String, Value> values = new HashMap<>(frame);
      staged.put(option, values);
      layered.put(layer, values);
      Architecture uniform = Architecture.of(family, values);
      if (!frames.isKept(frames.shared(), uniform, values)) {
        return false;
      }
      depths = family.depths(uniform);
      int first = 0;
      for (int stage = 0; stage < depths.size(); stage++) {
        if (layer == 0) {
          admitted.add(new LayerOptions.Builder(layered.size()));
          signs.add(Sign.of(uniform, Scope.STAGE, stage));
        }
        int depth = depths.get(stage);
        if (admits(uniform, first, depth)) {
          Sign sign = depth == 0 ? Sign.NONE : Sign.of(uniform, Scope.LAYER, first);
          admitted.get(stage).add(layer, sign);
        }
        first += depth;
      }
    }
    for (int stage = 0; stage < depths.size(); stage++) {
      if (parts.size() == stage) {
        parts.add(new ArrayList<>());
      }
      LayerOptions layers = admitted.get(stage).build();
      if (layers.size() > 0) {
        int depth = depths.get(stage);
        int slots = layered.isEmpty() ? 0 : depth;
        parts.get(stage).add(new StageBlock.Part(option, signs.get(stage), depth, slots, layers));
      }
    }
    return true;
  }

  /** Whether the constraints admit a stage's layers. */
  private boolean admits(Architecture architecture, int first, int depth) {
    for (LayerConstraint constraint : frames.constraints()) {
      for (int layer = first; layer < first + depth; layer++) {
        if (!constraint.admits(architecture, layer)) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public Architecture assemble(Place place) {
    Map<String, Value> values = frames.values(place.frame());
    if (values == null) {
      throw new IllegalArgumentException("No architecture has the frame (" + place.frame() + ")");
    }
    for (Dimension dimension : staged.dimensions()) {
      values.put(dimension.name(), new Value.Each(numbers(place.stages(), staged, dimension)));
    }
    for (Dimension dimension : layered.dimensions()) {
      values.put(dimension.name(), new Value.Each(numbers(place.options(), layered, dimension)));
    }
    return Architecture.of(family, values);
  }

  private static ImmutableList<Double> numbers(
      int[] chosen, Combinations combinations, Dimension dimension) {
    ImmutableList<Value> choices = dimension.choices().values();
    int below = combinations.weight(dimension);
    ImmutableList.Builder<Double> numbers = ImmutableList.builderWithExpectedSize(chosen.length);
    for (int option : chosen) {
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
    for (Dimension dimension : frames.shared().dimensions()) {
      int choice = frames.shared().choice(dimension, family.value(architecture, dimension.name()));
      if (choice < 0 && open != null) {
        return null;
      }
      open = choice < 0 ? dimension : open;
      frame = frame * dimension.choices().size() + Math.max(choice, 0);
    }
    if (open == null) {
      return atFrame(frame, architecture);
    }
    // A canonical form may hold a choice under another value or name.
    Place found = null;
    for (int i = 0; i < open.choices().size() && found == null; i++) {
      found = atFrame(frame + i * frames.shared().weight(open), architecture);
    }
    return found;
  }

  private @Nullable Place atFrame(int frame, Architecture architecture) {
    ImmutableList<StageBlock> blocks = stages(frame);
    ImmutableList<Integer> depths = family.depths(architecture);
    if (blocks.size() != depths.size()) {
      return null;
    }
    int[] stages = new int[depths.size()];
    int[] options = new int[layered.isEmpty() ? 0 : architecture.layers()];
    int first = 0;
    for (int stage = 0; stage < stages.length; stage++) {
      StageBlock.Part part = blocks.get(stage).part(Sign.of(architecture, Scope.STAGE, stage));
      if (part == null || part.depth() != depths.get(stage)) {
        return null;
      }
      stages[stage] = part.option();
      for (int layer = first; layer < first + part.slots(); layer++) {
        options[layer] = part.layers().find(Sign.of(architecture, Scope.LAYER, layer));
        if (options[layer] < 0) {
          return null;
        }
      }
      first += part.slots();
    }
    Place place = new Place(frame, stages, options);
    return assemble(place).equals(architecture) ? place : null;
  }

  @Override
  public @Nullable Place place(Map<String, Value> elastic) {
    int frame = frame(elastic);
    if (frame < 0 || stages(frame).isEmpty()) {
      return null;
    }
    ImmutableList<StageBlock> blocks = stages(frame);
    int[] stages = new int[blocks.size()];
    for (Dimension dimension : staged.dimensions()) {
      if (!choose(elastic.get(dimension.name()), staged, dimension, stages)) {
        return null;
      }
    }
    int slots = 0;
    for (int stage = 0; stage < stages.length; stage++) {
      StageBlock.Part part = blocks.get(stage).part(stages[stage]);
      if (part == null) {
        return null;
      }
      slots += part.slots();
    }
    int[] options = new int[slots];
    for (Dimension dimension : layered.dimensions()) {
      if (!choose(elastic.get(dimension.name()), layered, dimension, options)) {
        return null;
      }
    }
    return new Place(frame, stages, options);
  }

  private int frame(Map<String, Value> elastic) {
    int frame = 0;
    for (Dimension dimension : frames.shared().dimensions()) {
      int choice = frames.shared().choice(dimension, elastic.get(dimension.name()));
      if (choice < 0) {
        return -1;
      }
      frame = frame * dimension.choices().size() + choice;
    }
    return frame;
  }

  /** Puts a dimension's choices, one for each or one for all, behind those already there. */
  private static boolean choose(
      @Nullable Value value, Combinations combinations, Dimension dimension, int[] chosen) {
    if (value instanceof Value.Each each && each.values().size() != chosen.length) {
      return false;
    }
    for (int i = 0; i < chosen.length; i++) {
      int choice = combinations.choice(dimension, Frames.at(value, i));
      if (choice < 0) {
        return false;
      }
      chosen[i] = chosen[i] * dimension.choices().size() + choice;
    }
    return true;
  }

  @Override
  public @Nullable ImmutableList<Integer> depths(Map<String, Value> elastic) {
    int frame = frame(elastic);
    if (frame < 0 || stages(frame).isEmpty()) {
      return null;
    }
    ImmutableList<StageBlock> blocks = stages(frame);
    int[] stages = new int[blocks.size()];
    for (Dimension dimension : staged.dimensions()) {
      Value first = dimension.choices().values().get(0);
      if (!choose(elastic.getOrDefault(dimension.name(), first), staged, dimension, stages)) {
        return null;
      }
    }
    ImmutableList.Builder<Integer> depths = ImmutableList.builder();
    for (int stage = 0; stage < stages.length; stage++) {
      StageBlock.Part part = blocks.get(stage).part(stages[stage]);
      if (part == null) {
        return null;
      }
      depths.add(part.depth());
    }
    return depths.build();
  }

  /** The parameters of the member at a place. */
  long parameters(Place place) {
    return family.parameters(assemble(place));
  }

  /** What a stage chooses to be least, or greatest, in every dimension. */
  StageBlock.Choice end(StageBlock block, boolean least) {
    return block.end(least, staged, layered);
  }

  @Override
  public Value value(Place place, Dimension dimension) {
    return switch (dimension.scope()) {
      case NETWORK -> frames.shared().value(place.frame(), dimension);
      case STAGE -> Frames.joined(numbers(place.stages(), staged, dimension));
      case LAYER -> Frames.joined(numbers(place.options(), layered, dimension));
    };
  }
}
