package dev.retort.space;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A set of architectures: some dimensions of a family vary, the others are fixed, and constraints
 * leave members out. Immutable; safe for several threads.
 *
 * <p>Members have numbers from 0 in a stable order: by the dimensions that all layers share, the
 * family's first dimension slowest, then by what each layer chooses, the first layer slowest.
 * Spaces of 10^15 members and more are counted, sampled and cut exactly, without being enumerated.
 *
 * <p>Where stages choose, members go by stage, the first slowest, and in a stage by what it chooses
 * and then by its layers. What a stage costs depends there on its neighbours: such spaces are
 * counted and sampled exactly too, but cut by parameters only up to 2,000,000 members.
 *
 * <p>A dimension that is neither elastic nor fixed takes the family's default, or what a constraint
 * derives for it: with {@code hf-bert}, {@code heads} is hidden / head-size. Two choices that give
 * the same network (ratios 2.5 and 2.51 of a hidden width of 16) are one member.
 */
public final class SearchSpace {
  private final Family family;
  private final ImmutableList<Dimension> dimensions;
  private final ImmutableMap<String, Value> fixed;
  private final ImmutableList<Constraint> constraints;
  private final Layout layout;
  private final MemberIndex index;

  private SearchSpace(
      Family family,
      ImmutableList<Dimension> dimensions,
      ImmutableMap<String, Value> fixed,
      ImmutableList<Constraint> constraints) {
    this.family = family;
    this.dimensions = dimensions;
    this.fixed = fixed;
    this.constraints = constraints;
    Frames frames = new Frames(
        family,
        dimensions,
        fixed,
        constraints.stream()
            .filter(LayerConstraint.class::isInstance)
            .map(LayerConstraint.class::cast)
            .collect(ImmutableList.toImmutableList()));
    ParameterRange range = range(constraints);
    if (isStaged(family, dimensions)) {
      StagedGrid grid = new StagedGrid(frames, dimensions);
      this.layout = grid;
      this.index = ranged(new StagedIndex(grid), range);
    } else {
      Grid grid = new Grid(frames, dimensions);
      this.layout = grid;
      this.index = dimensions.stream().anyMatch(each -> each.scope() == Scope.LAYER)
          ? new LayeredIndex(grid, (LayeredFamily) family, range)
          : new FlatIndex(grid, range);
    }
    checkNotEmpty();
  }

  /**
   * A space in which stages differ, of one more range of parameters, which are not counted anew.
   */
  private SearchSpace(SearchSpace space, StagedIndex whole, ImmutableList<Constraint> constraints) {
    this.family = space.family;
    this.dimensions = space.dimensions;
    this.fixed = space.fixed;
    this.constraints = constraints;
    this.layout = space.layout;
    this.index = ranged(whole, range(constraints));
    checkNotEmpty();
  }

  private static ParameterRange range(ImmutableList<Constraint> constraints) {
    ParameterRange range = ParameterRange.ALL;
    for (Constraint constraint : constraints) {
      range = constraint instanceof ParameterRange other ? range.and(other) : range;
    }
    return range;
  }

  private static MemberIndex ranged(StagedIndex whole, ParameterRange range) {
    return range.equals(ParameterRange.ALL) ? whole : new ListedIndex(whole, range);
  }

  private void checkNotEmpty() {
    if (index.count().signum() == 0) {
      throw new IllegalArgumentException("No architecture is in the space (" + this + ")");
    }
  }

  /** Whether layers or stages choose for themselves and what they cost cannot be added up. */
  private static boolean isStaged(Family family, ImmutableList<Dimension> dimensions) {
    return dimensions.stream()
        .map(Dimension::scope)
        .anyMatch(scope ->
            scope == Scope.STAGE || (scope == Scope.LAYER && !(family instanceof LayeredFamily)));
  }

  /**
   * A space.
   *
   * @param family the family of all members
   * @param elastic what varies, by the names of the dimensions; their order does not matter
   * @param fixed the values of other dimensions
   * @param constraints what every member fulfils
   * @throws IllegalArgumentException when the family has no such dimension or value, a dimension is
   *     missing, stands twice or cannot vary by layer, nothing is left, or there are too many
   *     choices to look at each combination of one layer or stage once; the message says which
   */
  public static SearchSpace of(
      Family family,
      Map<String, Dimension> elastic,
      Map<String, Value> fixed,
      List<Constraint> constraints) {
    ImmutableList.Builder<Dimension> dimensions = ImmutableList.builder();
    ImmutableMap.Builder<String, Value> others = ImmutableMap.builder();
    for (Property property : family.properties()) {
      Dimension dimension = elastic.get(property.name());
      Value value = fixed.get(property.name());
      if (dimension != null) {
        check(property, dimension, value);
        dimensions.add(dimension);
      } else if (value != null) {
        property.check(value);
        others.put(property.name(), value);
      }
    }
    checkKnown(family, elastic.keySet());
    checkKnown(family, fixed.keySet());
    ImmutableList<Dimension> list = dimensions.build();
    ImmutableMap<String, Value> rest = others.buildOrThrow();
    if (isStaged(family, list)) {
      checkByStage(family, list, rest);
    } else {
      checkByLayer(list, rest);
    }
    return new SearchSpace(family, list, rest, ImmutableList.copyOf(constraints));
  }

  private static void check(Property property, Dimension dimension, @Nullable Value value) {
    if (!dimension.name().equals(property.name())) {
      throw new IllegalArgumentException(
          "The dimension given for " + property.name() + " is called (" + dimension.name() + ")");
    }
    if (value != null) {
      throw new IllegalArgumentException("Dimension " + property.name() + " is both elastic ("
          + dimension.choices() + ") and fixed (" + value + ")");
    }
    Scope scope = dimension.scope();
    if (scope != Scope.NETWORK && scope != property.scope()) {
      throw new IllegalArgumentException("Dimension " + property.name() + " cannot vary by "
          + scope.word() + " (" + dimension.choices() + ")");
    }
    dimension.choices().values().forEach(property::check);
  }

  private static void checkKnown(Family family, Iterable<String> names) {
    ImmutableSet<String> known =
        family.properties().stream().map(Property::name).collect(ImmutableSet.toImmutableSet());
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "Family " + family.name() + " has no dimension (" + name + "); it has " + known);
      }
    }
  }

  /** Layers that choose must otherwise be alike: they are counted as so many times the same. */
  private static void checkByLayer(
      ImmutableList<Dimension> dimensions, ImmutableMap<String, Value> fixed) {
    if (dimensions.stream().noneMatch(each -> each.scope() == Scope.LAYER)) {
      return;
    }
    Stream.concat(
            fixed.values().stream(),
            dimensions.stream().flatMap(each -> each.choices().values().stream()))
        .filter(Value.Each.class::isInstance)
        .findFirst()
        .ifPresent(value -> {
          throw new IllegalArgumentException("A space in which a dimension varies by layer cannot"
              + " fix another layer by layer (" + value + ")");
        });
  }

  /** How many layers there are must be known where each of them is fixed. */
  private static void checkByStage(
      Family family, ImmutableList<Dimension> dimensions, ImmutableMap<String, Value> fixed) {
    boolean open = dimensions.stream().anyMatch(each -> each.name().equals(Family.DEPTH));
    for (Property property : family.properties()) {
      Value value = fixed.get(property.name());
      if (open && property.scope() == Scope.LAYER && value instanceof Value.Each) {
        throw new IllegalArgumentException("A space in which " + Family.DEPTH + " varies cannot fix"
            + " another dimension layer by layer (" + property.name() + "=" + value + ")");
      }
    }
  }

  /** The family of all members. */
  public Family family() {
    return family;
  }

  /** What varies, in the family's order. */
  public ImmutableList<Dimension> dimensions() {
    return dimensions;
  }

  /** The values that were fixed. */
  public ImmutableMap<String, Value> fixed() {
    return fixed;
  }

  /** What every member fulfils. */
  public ImmutableList<Constraint> constraints() {
    return constraints;
  }

  /**
   * The members that fulfil one more constraint.
   *
   * @throws IllegalArgumentException when there are none
   */
  public SearchSpace with(Constraint constraint) {
    ImmutableList<Constraint> more =
        ImmutableList.<Constraint>builder().addAll(constraints).add(constraint).build();
    if (constraint instanceof ParameterRange) {
      if (index instanceof StagedIndex whole) {
        return new SearchSpace(this, whole, more);
      }
      if (index instanceof ListedIndex listed) {
        return new SearchSpace(this, listed.whole(), more);
      }
    }
    return new SearchSpace(family, dimensions, fixed, more);
  }

  /** The exact number of members, at least 1. */
  public BigInteger count() {
    return index.count();
  }

  /**
   * The exact number of members with fewer parameters.
   *
   * @throws IllegalArgumentException in a space of more than 2,000,000 members whose stages differ:
   *     there each is counted
   */
  public BigInteger countBelow(long parameters) {
    return index.countBelow(parameters);
  }

  /**
   * The member of a number.
   *
   * @throws IndexOutOfBoundsException unless the number is from 0 to below the count
   */
  public Architecture get(BigInteger number) {
    if (number.signum() < 0 || number.compareTo(count()) >= 0) {
      throw new IndexOutOfBoundsException(
          "A member's number is from 0 to below " + count() + ", not (" + number + ")");
    }
    return layout.assemble(index.get(number));
  }

  /** The number of a member, or empty when the architecture is none. */
  public Optional<BigInteger> find(Architecture architecture) {
    Place place = layout.locate(architecture);
    return place == null ? Optional.empty() : Optional.ofNullable(index.find(place));
  }

  /** Whether an architecture is a member. */
  public boolean contains(Architecture architecture) {
    Place place = layout.locate(architecture);
    return place != null && index.contains(place);
  }

  /**
   * The member with the given choices, or empty when there is none.
   *
   * @param elastic a choice for each dimension that varies; for one that varies by stage or layer a
   *     number for each, or one for all
   */
  public Optional<Architecture> complete(Map<String, Value> elastic) {
    Place place = layout.place(elastic);
    if (place == null) {
      return Optional.empty();
    }
    Architecture architecture = layout.assemble(place);
    // A choice that gives the same network as another is no member's place, but its network is one.
    boolean member = index.contains(place) || contains(architecture);
    return member ? Optional.of(architecture) : Optional.empty();
  }

  /** All members in their order, made as they are asked for. */
  public Stream<Architecture> all() {
    return Stream.iterate(
            BigInteger.ZERO, each -> each.compareTo(count()) < 0, each -> each.add(BigInteger.ONE))
        .map(this::get);
  }

  /** A member, each with the same probability. */
  public Architecture sample(RandomGenerator random) {
    BigInteger count = count();
    int bits = count.subtract(BigInteger.ONE).bitLength();
    byte[] bytes = new byte[bits / Byte.SIZE + 1];
    BigInteger drawn;
    do {
      // Drawing again what is too large keeps it uniform; at most every other draw is.
      random.nextBytes(bytes);
      bytes[0] &= (byte) ((1 << (bits % Byte.SIZE)) - 1);
      drawn = new BigInteger(1, bytes);
    } while (drawn.compareTo(count) >= 0);
    return get(drawn);
  }

  /**
   * The number of layers of each stage of a member with these choices, or empty when there is none
   * with what they say of the network and its stages.
   *
   * @param elastic as in {@link #complete}; those that vary by layer need not be given, and one
   *     that varies by stage and is not given is taken to be its first choice
   */
  public Optional<ImmutableList<Integer>> depths(Map<String, Value> elastic) {
    return Optional.ofNullable(layout.depths(elastic));
  }

  /** The member with the fewest parameters, the first of them. */
  public Architecture smallest() {
    return layout.assemble(index.smallest());
  }

  /** The member with the most parameters, the first of them. */
  public Architecture largest() {
    return layout.assemble(index.largest());
  }

  /**
   * The least architecture that holds every member: the largest value of each dimension, in every
   * stage and layer. It need not be a member itself.
   */
  public Architecture envelope() {
    Map<String, Value> widest = new TreeMap<>(fixed);
    for (Dimension dimension : dimensions) {
      widest.put(
          dimension.name(),
          dimension.choices().values().stream()
              .max(Comparator.comparingDouble(value -> ((Value.Number) value).value()))
              .orElseThrow());
    }
    Map<String, Value> elastic = new TreeMap<>(widest);
    elastic.keySet().removeAll(fixed.keySet());
    Place place = layout.place(elastic);
    return place == null ? Architecture.of(family, widest) : layout.assemble(place);
  }

  /**
   * A member by its elastic dimensions alone, such as {@code layers=3,hidden=112,ratio=3}.
   *
   * @throws IllegalArgumentException when the architecture is no member
   */
  public String label(Architecture architecture) {
    return Joiner.on(',').withKeyValueSeparator('=').join(choices(architecture));
  }

  /**
   * The choices that make a member, by dimension, in the family's order: what {@link #complete}
   * takes. A dimension that varies by stage or layer has one number where they are alike.
   *
   * @throws IllegalArgumentException when the architecture is no member
   */
  public ImmutableMap<String, Value> choices(Architecture architecture) {
    Place place = layout.locate(architecture);
    if (place == null || index.find(place) == null) {
      throw new IllegalArgumentException("(" + architecture + ") is not in the space " + this);
    }
    ImmutableMap.Builder<String, Value> choices = ImmutableMap.builder();
    for (Dimension dimension : dimensions) {
      choices.put(dimension.name(), layout.value(place, dimension));
    }
    return choices.buildOrThrow();
  }

  /** Family, dimensions, fixed values and constraints. */
  @Override
  public String toString() {
    return Stream.of(
            dimensions.stream(),
            fixed.entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()),
            constraints.stream().map(Constraint::name))
        .flatMap(each -> each)
        .map(Object::toString)
        .collect(Collectors.joining("; ", family.name() + ": ", ""));
  }
}
