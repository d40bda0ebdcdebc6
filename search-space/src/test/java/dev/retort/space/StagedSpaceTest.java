package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Lists;
import dev.retort.space.image.ResNetFamily;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Spaces whose stages choose for themselves. */
class StagedSpaceTest {
  private static SearchSpace space(
      Map<String, Value> fixed, List<Constraint> constraints, Dimension... dimensions) {
    Map<String, Dimension> elastic = new LinkedHashMap<>();
    Stream.of(dimensions).forEach(each -> elastic.put(each.name(), each));
    return SearchSpace.of(ChainFamily.CHAIN, elastic, fixed, constraints);
  }

  private static Value each(double... values) {
    ImmutableList.Builder<Double> list = ImmutableList.builder();
    for (double value : values) {
      list.add(value);
    }
    return new Value.Each(list.build());
  }

  private static Architecture chain(Map<String, Value> values) {
    return Architecture.of(ChainFamily.CHAIN, values);
  }

  /** Depth, width and kernel free, with a resolution: 2 x (2 (3 + 9))^3 members. */
  private static SearchSpace small(Constraint... constraints) {
    return space(
        ImmutableMap.of(),
        List.of(constraints),
        Dimension.perStage("depth", "1..2"),
        Dimension.perStage("width", "[8, 4]"),
        Dimension.perLayer("kernel", "[3, 1, 5]"),
        Dimension.of("resolution", "[16, 8]"));
  }

  /** As many members as that of Once-for-All (ICLR 2020), each with its own choices. */
  private static SearchSpace vast() {
    return space(
        ImmutableMap.of("width", each(16, 32, 64)),
        List.of(),
        Dimension.perStage("depth", "2..8"),
        Dimension.perLayer("kernel", "[3, 5, 7]"),
        Dimension.of("resolution", "128..224/4"));
  }

  @Test
  void membersAreThoseOfEveryCombination() {
    Set<Architecture> expected = new HashSet<>();
    List<Double> resolutions = List.of(16.0, 8.0);
    List<Double> widths = List.of(8.0, 4.0);
    for (List<Double> depths : Lists.cartesianProduct(Collections.nCopies(3, List.of(1.0, 2.0)))) {
      int layers = depths.stream().mapToInt(Double::intValue).sum();
      for (List<Double> kernels :
          Lists.cartesianProduct(Collections.nCopies(layers, List.of(1.0, 3.0, 5.0)))) {
        for (List<Double> width : Lists.cartesianProduct(Collections.nCopies(3, widths))) {
          for (double resolution : resolutions) {
            expected.add(chain(ImmutableMap.of(
                "depth", new Value.Each(ImmutableList.copyOf(depths)),
                "width", new Value.Each(ImmutableList.copyOf(width)),
                "kernel", new Value.Each(ImmutableList.copyOf(kernels)),
                "resolution", Value.of(resolution))));
          }
        }
      }
    }
    SearchSpace space = small();
    List<Architecture> all = space.all().toList();
    assertThat(space.count()).isEqualTo(BigInteger.valueOf(2 * 24 * 24 * 24));
    assertThat(all).hasSize(expected.size()).doesNotHaveDuplicates();
    assertThat(new HashSet<>(all)).isEqualTo(expected);
  }

  @Test
  void enumerationIsStable() {
    SearchSpace space = small();
    assertThat(space.label(space.get(BigInteger.ZERO)))
        .isEqualTo("depth=1,width=8,kernel=3,resolution=16");
    assertThat(space.label(space.get(BigInteger.ONE)))
        .isEqualTo("depth=1,width=8,kernel=3/3/1,resolution=16");
    // Of the last stage: 3 kernels for width 8, then 3 for width 4, then depth 2.
    assertThat(space.label(space.get(BigInteger.valueOf(7))))
        .isEqualTo("depth=1/1/2,width=8,kernel=3/3/3/1,resolution=16");
    assertThat(space.label(space.get(space.count().subtract(BigInteger.ONE))))
        .isEqualTo("depth=2,width=4,kernel=5,resolution=8");
  }

  @Test
  void numbersMembersAndChoicesAgree() {
    long seed = 11;
    RandomGenerator random = new RandomStreams(seed).at("staged", 0);
    for (SearchSpace space : List.of(small(), vast(), small(new ParameterRange(600, 2000)))) {
      for (int i = 0; i < 300; i++) {
        Architecture member = space.sample(random);
        BigInteger number = space.find(member).orElseThrow();
        assertThat(space.get(number)).as("seed %s", seed).isEqualTo(member);
        assertThat(space.complete(space.choices(member))).contains(member);
        assertThat(space.depths(space.choices(member))).contains(member.family().depths(member));
      }
    }
  }

  @Test
  void samplesAreUniform() {
    SearchSpace space = space(
        ImmutableMap.of("width", Value.of(4)),
        List.of(),
        Dimension.perStage("depth", "1..2"),
        Dimension.perLayer("kernel", "[1, 3]"));
    Map<Architecture, Integer> drawn = new HashMap<>();
    RandomGenerator random = new RandomStreams(4).at("uniform", 0);
    int draws = 43_200;
    for (int i = 0; i < draws; i++) {
      drawn.merge(space.sample(random), 1, Integer::sum);
    }
    // 216 members, 200 draws each: 6 standard deviations are 85.
    assertThat(drawn).hasSize(216);
    assertThat(drawn.values()).allMatch(count -> count > 115 && count < 285);
  }

  @Test
  void vastSpacesAreCountedExactly() {
    BigInteger stage = BigInteger.ZERO;
    for (int depth = 2; depth <= 8; depth++) {
      stage = stage.add(BigInteger.valueOf(3).pow(depth));
    }
    assertThat(vast().count()).isEqualTo(stage.pow(3).multiply(BigInteger.valueOf(25)));
    SearchSpace space = vast();
    Architecture member = chain(ImmutableMap.of(
        "depth", each(2, 3, 2),
        "width", each(16, 32, 64),
        "kernel", each(3, 3, 5, 5, 5, 7, 7),
        "resolution", Value.of(132)));
    assertThat(space.contains(member)).isTrue();
    assertThat(space.label(member)).isEqualTo("depth=2/3/2,kernel=3/3/5/5/5/7/7,resolution=132");
    assertThat(space.contains(member.with("width", each(16, 32, 63)))).isFalse();
    assertThat(space.contains(member.with("resolution", Value.of(130)))).isFalse();
    assertThat(space.contains(Architecture.parse("bert:layers=1,hidden=8,heads=1,ratio=1")))
        .isFalse();
  }

  @Test
  void endsAndEnvelopeTakeEveryStage() {
    for (SearchSpace space : List.of(small(), vast())) {
      Architecture least = space.smallest();
      Architecture most = space.largest();
      RandomGenerator random = new RandomStreams(9).at("ends", 0);
      for (int i = 0; i < 200; i++) {
        long parameters = ChainFamily.CHAIN.parameters(space.sample(random));
        assertThat(parameters)
            .isBetween(ChainFamily.CHAIN.parameters(least), ChainFamily.CHAIN.parameters(most));
      }
      assertThat(space.contains(least)).isTrue();
      assertThat(space.contains(most)).isTrue();
    }
    // Resolution changes no parameters: the first is taken.
    assertThat(small().smallest()).hasToString("chain:depth=1,width=4,kernel=1,resolution=16");
    assertThat(small().largest()).hasToString("chain:depth=2,width=8,kernel=5,resolution=16");
    assertThat(vast().largest())
        .hasToString("chain:depth=8,width=16/32/64,kernel=7,resolution=128");
    assertThat(small().envelope()).hasToString("chain:depth=2,width=8,kernel=5,resolution=16");
    assertThat(vast().envelope())
        .hasToString("chain:depth=8,width=16/32/64,kernel=7,resolution=224");
  }

  @Test
  void parametersAreCountedByEnumeration() {
    SearchSpace space = small();
    List<Long> parameters = new ArrayList<>();
    space.all().forEach(each -> parameters.add(ChainFamily.CHAIN.parameters(each)));
    for (long limit : new long[] {0, 500, 1000, 2000, Long.MAX_VALUE}) {
      assertThat(space.countBelow(limit).longValueExact())
          .isEqualTo(parameters.stream().filter(each -> each < limit).count());
    }
    SearchSpace part = space.with(new ParameterRange(500, 1000));
    assertThat(part.all().toList())
        .isEqualTo(space
            .all()
            .filter(each -> new ParameterRange(500, 1000).admits(each))
            .toList());
    assertThat(ChainFamily.CHAIN.parameters(part.smallest()))
        .isEqualTo(
            parameters.stream().filter(each -> each >= 500).min(Long::compare).orElse(0L));
    assertThat(ChainFamily.CHAIN.parameters(part.largest()))
        .isEqualTo(
            parameters.stream().filter(each -> each < 1000).max(Long::compare).orElse(0L));
    assertThat(part.with(new ParameterRange(0, 700)).count())
        .isEqualTo(space.countBelow(700).subtract(space.countBelow(500)));
  }

  @Test
  void partitionCoversTheSpaceAndIsEven() {
    SearchSpace space = small();
    Partition partition = Partition.byParameters(space, 3);
    BigInteger sum = BigInteger.ZERO;
    for (SubSpace part : partition.subSpaces()) {
      sum = sum.add(part.space().count());
      double share = part.space().count().doubleValue() / space.count().doubleValue();
      assertThat(share * 3).isBetween(0.9, 1.1);
    }
    assertThat(sum).isEqualTo(space.count());
  }

  @Test
  void vastSpacesRefuseToBeCutByParameters() {
    assertThatThrownBy(() -> Partition.byParameters(vast(), 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 2000000")
        .hasMessageContaining("Give the sub-spaces explicitly");
  }

  @Test
  void networkMayChooseOnceForAllStages() {
    SearchSpace space = space(
        ImmutableMap.of("width", each(4, 8, 16)),
        List.of(),
        Dimension.of("depth", "1..2"),
        Dimension.perLayer("kernel", "[1, 3]"));
    assertThat(space.count()).isEqualTo(BigInteger.valueOf(8 + 64));
    assertThat(space.all()).allMatch(each -> !each.differs("depth"));
    SearchSpace flat =
        space(ImmutableMap.of("width", each(4, 8, 16)), List.of(), Dimension.of("depth", "1..2"));
    assertThat(flat.count()).isEqualTo(BigInteger.TWO);
  }

  /** A constraint that stages fulfil or not, each by itself. */
  private record NoLargeKernelOfWide() implements LayerConstraint {
    @Override
    public String name() {
      return "no-large-kernel";
    }

    @Override
    public boolean admits(Architecture architecture, int layer) {
      int stage = 0;
      int end = architecture.integer("depth", 0);
      while (layer >= end) {
        end += architecture.integer("depth", ++stage);
      }
      return architecture.integer("kernel", layer) * architecture.integer("width", stage) < 100;
    }
  }

  @Test
  void constraintsHoldStageByStage() {
    SearchSpace whole = space(
        ImmutableMap.of("width", each(16, 32, 64)),
        List.of(),
        Dimension.perStage("depth", "1..2"),
        Dimension.perLayer("kernel", "[1, 3, 5]"));
    SearchSpace space = whole.with(new NoLargeKernelOfWide());
    // The first stage takes every kernel, the second 1 and 3, the third only 1.
    assertThat(space.count()).isEqualTo(BigInteger.valueOf((3 + 9) * (2 + 4) * 2));
    assertThat(space.all().toList())
        .isEqualTo(whole.all().filter(new NoLargeKernelOfWide()::admits).toList());
    assertThat(space.contains(whole.largest())).isFalse();
    assertThat(ChainFamily.CHAIN.parameters(space.largest()))
        .isEqualTo(space.all().mapToLong(ChainFamily.CHAIN::parameters).max().orElseThrow());
  }

  @Test
  void kernelsOfEachLayerCannotBeFixedWhileDepthVaries() {
    assertThatThrownBy(() -> space(
            ImmutableMap.of("width", Value.of(8), "kernel", each(3, 3, 3)),
            List.of(),
            Dimension.perStage("depth", "1..2")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kernel=3/3/3");
    SearchSpace fixed = space(
        ImmutableMap.of("depth", Value.of(1), "kernel", each(3, 1, 3)),
        List.of(),
        Dimension.perStage("width", "[4, 8]"));
    assertThat(fixed.count()).isEqualTo(BigInteger.valueOf(8));
  }

  @Test
  void choicesThatMakeTheSameStageAreOneMember() {
    // The canonical form has the width that a scale came to; 0.5 and 0.49 of 8 are both 4.
    SearchSpace space = SearchSpace.of(
        ResNetFamily.RESNET,
        ImmutableMap.of(
            "depth", Dimension.perStage("depth", "1..2"),
            "scale", Dimension.perStage("scale", "[1, 0.5, 0.49, 0.25]")),
        ImmutableMap.of("width", each(8, 16, 16)),
        List.of());
    assertThat(space.count()).isEqualTo(BigInteger.valueOf(6 * 6 * 6));
    assertThat(space.all().toList()).doesNotHaveDuplicates();
    Architecture member = Architecture.parse("resnet:depth=1/2/1,width=4/8/16");
    assertThat(space.label(member)).isEqualTo("depth=1/2/1,scale=0.5/0.5/1");
    assertThat(space.get(space.find(member).orElseThrow())).isEqualTo(member);
    assertThat(space.complete(ImmutableMap.of("depth", each(1, 2, 1), "scale", each(0.49, 0.5, 1))))
        .contains(member);
    assertThat(space.envelope()).isEqualTo(Architecture.parse("resnet:depth=2/2/2,width=8/16/16"));
    assertThat(space.smallest()).isEqualTo(Architecture.parse("resnet:depth=1/1/1,width=2/4/4"));
  }

  @Test
  void networkMayScaleAllStages() {
    SearchSpace space = SearchSpace.of(
        ResNetFamily.RESNET,
        ImmutableMap.of(
            "depth", Dimension.perStage("depth", "1..3"),
            "scale", Dimension.of("scale", "[0.5, 1]")),
        ImmutableMap.of("width", each(16, 32, 64)),
        List.of());
    assertThat(space.count()).isEqualTo(BigInteger.valueOf(2 * 27));
    space.all().forEach(each -> assertThat(space.complete(space.choices(each))).contains(each));
    assertThat(space.label(Architecture.parse("resnet:depth=1/3/2,width=8/16/32")))
        .isEqualTo("depth=1/3/2,scale=0.5");
  }
}
