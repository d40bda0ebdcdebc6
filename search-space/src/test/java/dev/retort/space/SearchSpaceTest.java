package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.text.EncoderFamily;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SearchSpaceTest {
  private static final Comparator<Architecture> BY_TEXT =
      Comparator.comparing(Architecture::toString);

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  @Test
  void mostRandomSpacesAreWorthTrying() {
    assertThat(seeds()
            .mapToObj(seed -> RandomSpace.of(new RandomStreams(seed).at("space-test", 0)))
            .filter(space -> space.members().size() > 5))
        .hasSizeGreaterThan(25)
        .anyMatch(space -> space.constraints().size() > 1)
        .anyMatch(space -> space.elastic().values().stream()
                .filter(each -> each.scope() == Scope.LAYER)
                .count()
            > 1);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyViewOfASpaceAgreesWithTryingAllCombinations(long seed) {
    RandomGenerator random = new RandomStreams(seed).at("space-test", 0);
    RandomSpace made = RandomSpace.of(random);
    Set<Architecture> members = made.members();
    if (members.isEmpty()) {
      assertThatThrownBy(made::build)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("No architecture is in the space");
      return;
    }
    SearchSpace space = made.build();
    List<Architecture> all = space.all().toList();
    assertThat(all).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(members);
    assertThat(space.count()).isEqualTo(BigInteger.valueOf(members.size()));
    assertNumbersAgree(space, all);
    assertSizesAgree(space, all, random);
    for (int i = 0; i < 20; i++) {
      assertThat(members).contains(space.sample(random));
    }
    RandomSpace.of(random).members().stream().sorted(BY_TEXT).limit(50).forEach(other -> assertThat(
            space.contains(other))
        .as("%s", other)
        .isEqualTo(members.contains(other)));
  }

  private static void assertNumbersAgree(SearchSpace space, List<Architecture> all) {
    for (int i = 0; i < all.size(); i += 1 + all.size() / 50) {
      Architecture member = all.get(i);
      assertThat(space.get(BigInteger.valueOf(i))).isEqualTo(member);
      assertThat(space.find(member)).contains(BigInteger.valueOf(i));
      assertThat(space.complete(choices(space, member))).contains(member);
    }
  }

  /** The choices that a label names, as a search would give them. */
  private static Map<String, Value> choices(SearchSpace space, Architecture member) {
    Map<String, Value> choices = new HashMap<>();
    String label = space.label(member);
    for (String part : label.isEmpty() ? new String[0] : label.split(",")) {
      String[] sides = part.split("=");
      Value value = sides[1].contains("/")
          ? new Value.Each(Arrays.stream(sides[1].split("/"))
              .map(Double::valueOf)
              .collect(ImmutableList.toImmutableList()))
          : Choices.parse(sides[1]).values().get(0);
      choices.put(sides[0], value);
    }
    assertThat(choices.keySet())
        .containsExactlyInAnyOrderElementsOf(
            space.dimensions().stream().map(Dimension::name).toList());
    return choices;
  }

  private static void assertSizesAgree(
      SearchSpace space, List<Architecture> all, RandomGenerator random) {
    long[] parameters =
        all.stream().mapToLong(each -> each.blueprint().parameters()).toArray();
    long least = LongStream.of(parameters).min().orElseThrow();
    long most = LongStream.of(parameters).max().orElseThrow();
    assertThat(space.smallest()).isEqualTo(all.get(first(parameters, least)));
    assertThat(space.largest()).isEqualTo(all.get(first(parameters, most)));
    for (long limit : new long[] {least, most, most + 1, random.nextLong(least, most + 1)}) {
      assertThat(space.countBelow(limit))
          .isEqualTo(BigInteger.valueOf(
              LongStream.of(parameters).filter(each -> each < limit).count()));
    }
  }

  private static int first(long[] parameters, long wanted) {
    return IntStream.range(0, parameters.length)
        .filter(i -> parameters[i] == wanted)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void partitionByParametersIsDisjointCoveringAndAscending(long seed) {
    RandomGenerator random = new RandomStreams(seed).at("partition-test", 0);
    RandomSpace made = RandomSpace.of(random);
    if (made.members().isEmpty()) {
      return;
    }
    SearchSpace space = made.build();
    long[] counts =
        space.all().mapToLong(SearchSpaceTest::parametersOf).distinct().toArray();
    int groups = random.nextInt(1, 6);
    if (groups > counts.length) {
      assertThatThrownBy(() -> Partition.byParameters(space, groups))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cannot be cut into " + groups);
      return;
    }
    List<SubSpace> parts = Partition.byParameters(space, groups).subSpaces();
    assertThat(parts).hasSize(groups);
    assertThat(parts.stream().flatMap(part -> part.space().all()))
        .containsExactlyInAnyOrderElementsOf(space.all().toList());
    for (int i = 1; i < groups; i++) {
      assertThat(parametersOf(parts.get(i - 1).space().largest()))
          .isLessThan(parametersOf(parts.get(i).space().smallest()));
    }
  }

  @Test
  void quickstartSpaceHasItsMembers() {
    SearchSpace space = SearchSpace.of(
        EncoderFamily.BERT,
        ImmutableMap.of(
            "ratio", Dimension.of("ratio", "[2, 3, 4]"),
            "hidden", Dimension.of("hidden", "[16, 32, 48]"),
            "layers", Dimension.of("layers", "[2, 3, 4]")),
        ImmutableMap.of("head-size", Value.of(16), "pooling", Value.of("mean")),
        List.of(Constraint.named("hf-bert")));
    assertThat(space.count()).isEqualTo(BigInteger.valueOf(27));
    assertThat(space.dimensions())
        .extracting(Dimension::name)
        .containsExactly("layers", "hidden", "ratio");
    assertThat(space.get(BigInteger.ZERO))
        .hasToString("bert:layers=2,hidden=16,heads=1,ratio=2,head-size=16,pooling=mean");
    assertThat(space.get(BigInteger.ONE).number("ratio")).isEqualTo(3);
    assertThat(space.largest())
        .hasToString("bert:layers=4,hidden=48,heads=3,ratio=4,head-size=16,pooling=mean");
    assertThat(space.label(space.largest())).isEqualTo("layers=4,hidden=48,ratio=4");
    assertThat(space.complete(ImmutableMap.of("layers", Value.of(3), "hidden", Value.of(32))))
        .isEmpty();
    Architecture outside = space.largest().with("heads", Value.of(2));
    assertThat(space.contains(outside)).isFalse();
    assertThatThrownBy(() -> space.label(outside)).hasMessageContaining(outside.toString());
    assertThatThrownBy(() -> space.get(BigInteger.valueOf(27)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void widthsThatTheHeadSizeDoesNotDivideAreNoMembersOfHuggingFaceSpaces() {
    SearchSpace space = SearchSpace.of(
        EncoderFamily.BERT,
        ImmutableMap.of("hidden", Dimension.of("hidden", "16..48/8")),
        ImmutableMap.of("layers", Value.of(2), "ratio", Value.of(2), "head-size", Value.of(16)),
        List.of(Constraint.named("hf-bert")));
    assertThat(space.all().map(each -> each.integer("hidden"))).containsExactly(16, 32, 48);
    assertThat(space.all()).allMatch(each -> each.integer("heads") * 16 == each.integer("hidden"));
  }

  @Test
  void choicesThatGiveTheSameNetworkAreOneMember() {
    SearchSpace space = SearchSpace.of(
        EncoderFamily.BERT,
        ImmutableMap.of("ratio", Dimension.of("ratio", "[2.49, 2.5, 2.51, 3.33]")),
        ImmutableMap.of("layers", Value.of(2), "hidden", Value.of(16), "heads", Value.of(1)),
        List.of());
    // 16 times them, rounded, is 40, 40, 40 and 53.
    assertThat(space.count()).isEqualTo(BigInteger.TWO);
    assertThat(space.all().map(space::label)).containsExactly("ratio=2.5", "ratio=3.33");
    assertThat(space.complete(ImmutableMap.of("ratio", Value.of(2.51))))
        .contains(space.get(BigInteger.ZERO));
    assertThat(
            space.contains(Architecture.parse("bert:layers=2,hidden=16,heads=1,intermediate=53")))
        .isTrue();
  }

  @Test
  void samplingIsUniform() {
    SearchSpace space = SearchSpace.of(
        EncoderFamily.BERT,
        ImmutableMap.of(
            "layers", Dimension.of("layers", "[1, 2]"),
            "heads", Dimension.perLayer("heads", "1..3"),
            "hidden", Dimension.of("hidden", "[8, 16]")),
        ImmutableMap.of("ratio", Value.of(2), "vocabulary", Value.of(10)),
        List.of(Constraint.named("parameters=0..20k")));
    int count = space.count().intValueExact();
    assertThat(count).isBetween(10, 23);
    long[] drawn = new long[count];
    RandomGenerator random = new RandomStreams(17).at("uniform", 0);
    for (int i = 0; i < 500 * count; i++) {
      drawn[space.find(space.sample(random)).orElseThrow().intValueExact()]++;
    }
    double[] expected = new double[count];
    Arrays.fill(expected, 500);
    assertThat(new ChiSquareTest().chiSquareTest(expected, drawn)).isGreaterThan(0.001);
  }

  @Test
  void samplesAreAFunctionOfTheSeed() {
    SearchSpace space = Presets.named("autodistil-tiny").subSpaces().get(0).space();
    assertThat(space.sample(new RandomStreams(3).at("s", 1)))
        .isEqualTo(space.sample(new RandomStreams(3).at("s", 1)));
    assertThat(IntStream.range(0, 50)
            .mapToObj(i -> space.sample(new RandomStreams(3).at("s", i)))
            .distinct()
            .count())
        .isGreaterThan(20);
  }

  static long parametersOf(Architecture architecture) {
    return architecture.family().parameters(architecture);
  }
}
