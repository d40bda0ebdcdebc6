package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Interner;
import com.google.common.collect.Interners;
import com.google.common.primitives.ImmutableIntArray;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
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
    if (values == null) {
      return ImmutableList.of();
    }
    ImmutableList<StageBlock.Builder> builders = ImmutableList.of();
    for (int option = 0; option < staged.size(); option++) {
      ImmutableList<Integer> depths = ImmutableList.of();
      ImmutableList<ImmutableIntArray.Builder> admitted = ImmutableList.of();
      for (int layer = 0; layer < layered.size(); layer++) {
        Map<String, Value> all = new HashMap<>(values);
        staged.put(option, all);
        layered.put(layer, all);
        Architecture uniform = Architecture.of(family, all);
        if (!frames.isKept(frames.shared(), uniform, all)) {
          return ImmutableList.of();
        }
        checkHeld(staged, uniform, all);
        checkHeld(layered, uniform, all);
        if (builders.isEmpty()) {
          builders = StageBlock.builders(family.stages(uniform));
        }
        if (depths.isEmpty()) {
          depths = family.depths(uniform);
          admitted = depths.stream()
              .map(each -> ImmutableIntArray.builder())
              .collect(ImmutableList.toImmutableList());
        }
        int first = 0;
        for (int stage = 0; stage < depths.size(); stage++) {
          if (admits(uniform, first, depths.get(stage))) {
            admitted.get(stage).add(layer);
          }
          first += depths.get(stage);
        }
      }
      for (int stage = 0; stage < depths.size(); stage++) {
        // Where layers choose nothing they have one option, which says nothing: none is kept.
        int slots = layered.isEmpty() ? 0 : depths.get(stage);
        builders
            .get(stage)
            .add(option, depths.get(stage), slots, admitted.get(stage).build());
      }
    }
    ImmutableList<StageBlock> blocks =
        builders.stream().map(StageBlock.Builder::build).collect(ImmutableList.toImmutableList());
    return blocks.stream().allMatch(each -> each.count().signum() > 0)
        ? blocks
        : ImmutableList.of();
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

  /** Choices of a stage or layer must be canonical: two that give one network would count twice. */
  private void checkHeld(
      Combinations combinations, Architecture architecture, Map<String, Value> chosen) {
    for (Dimension dimension : combinations.dimensions()) {
      Value own = chosen.get(dimension.name());
      Value held = family.value(architecture, dimension.name());
      boolean same = held instanceof Value.Each each
          ? each.values().stream().allMatch(number -> Value.of(number).equals(own))
          : Objects.equals(held, own);
      if (!same) {
        throw new IllegalArgumentException("Family " + family.name() + " has (" + held + ") for "
            + dimension.name() + "=" + own + ": a dimension that varies by "
            + dimension.scope().word() + " needs choices that it keeps as they are");
      }
    }
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
    ImmutableList<Integer> depths = family.depths(architecture);
    int layers = depths.stream().mapToInt(Integer::intValue).sum();
    int[] stages = choices(architecture, staged, depths.size());
    int[] options = choices(architecture, layered, layered.isEmpty() ? 0 : layers);
    if (stages == null || options == null) {
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
      return atFrame(frame, stages, options, architecture);
    }
    // A canonical form may hold a choice under another value or name.
    Place found = null;
    for (int i = 0; i < open.choices().size() && found == null; i++) {
      int candidate = frame + i * frames.shared().weight(open);
      found = atFrame(candidate, stages, options, architecture);
    }
    return found;
  }

  private @Nullable Place atFrame(
      int frame, int[] stages, int[] options, Architecture architecture) {
    Place place = new Place(frame, stages, options);
    boolean fits = stages(frame).size() == stages.length
        && slots(frame, stages) == options.length
        && assemble(place).equals(architecture);
    return fits ? place : null;
  }

  /** How many layers choose under the stages' options; negative when one of these is not there. */
  private int slots(int frame, int[] stages) {
    int slots = 0;
    ImmutableList<StageBlock> blocks = stages(frame);
    for (int stage = 0; stage < stages.length; stage++) {
      int own = blocks.get(stage).slots(stages[stage]);
      if (own < 0) {
        return -1;
      }
      slots += own;
    }
    return slots;
  }

  private int @Nullable [] choices(
      Architecture architecture, Combinations combinations, int length) {
    int[] chosen = new int[length];
    for (Dimension dimension : combinations.dimensions()) {
      if (!choose(family.value(architecture, dimension.name()), combinations, dimension, chosen)) {
        return null;
      }
    }
    return chosen;
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
  public @Nullable Place place(Map<String, Value> elastic) {
    int frame = frame(elastic);
    if (frame < 0 || stages(frame).isEmpty()) {
      return null;
    }
    int[] stages = new int[stages(frame).size()];
    for (Dimension dimension : staged.dimensions()) {
      if (!choose(elastic.get(dimension.name()), staged, dimension, stages)) {
        return null;
      }
    }
    int slots = slots(frame, stages);
    if (slots < 0) {
      return null;
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

  @Override
  public @Nullable ImmutableList<Integer> depths(Map<String, Value> elastic) {
    int frame = frame(elastic);
    if (frame < 0 || stages(frame).isEmpty()) {
      return null;
    }
    ImmutableList<StageBlock> blocks = stages(frame);
    int[] stages = new int[blocks.size()];
    for (Dimension dimension : staged.dimensions()) {
      Value value =
          elastic.getOrDefault(dimension.name(), dimension.choices().values().get(0));
      if (!choose(value, staged, dimension, stages)) {
        return null;
      }
    }
    ImmutableList.Builder<Integer> depths = ImmutableList.builder();
    for (int stage = 0; stage < stages.length; stage++) {
      int depth = blocks.get(stage).depth(stages[stage]);
      if (depth < 0) {
        return null;
      }
      depths.add(depth);
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
