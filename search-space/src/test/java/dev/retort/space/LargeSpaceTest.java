package dev.retort.space;

import static dev.retort.space.SearchSpaceTest.parametersOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.text.EncoderFamily;
import java.math.BigInteger;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Spaces that nobody can enumerate. */
class LargeSpaceTest {

  /** AutoFormer's kind of space: heads and ratio free in every layer. */
  private static SearchSpace large(List<Constraint> constraints) {
    return SearchSpace.of(
        EncoderFamily.BERT,
        ImmutableMap.of(
            "layers", Dimension.of("layers", "10..12"),
            "hidden", Dimension.of("hidden", "[256, 320]"),
            "heads", Dimension.perLayer("heads", "5..8"),
            "ratio", Dimension.perLayer("ratio", "2.0..4.0/0.5")),
        ImmutableMap.of("head-size", Value.of(64)),
        constraints);
  }

  @Test
  void countIsExact() {
    // 2 widths; 20 options a layer
    assertThat(large(List.of()).count())
        .isEqualTo(BigInteger.TWO.multiply(
            BigInteger.valueOf(20).pow(10).multiply(BigInteger.valueOf(1 + 20 + 400))));
  }

  @Test
  void numbersAndSamplesAgree() {
    SearchSpace whole = large(List.of());
    SearchSpace ranged = large(List.of(new ParameterRange(20_000_000, 21_000_000)));
    assertThat(ranged.count()).isLessThan(whole.count()).isGreaterThan(BigInteger.TEN.pow(11));
    RandomGenerator random = new RandomStreams(5).at("large", 0);
    for (int i = 0; i < 200; i++) {
      Architecture member = ranged.sample(random);
      assertThat(parametersOf(member)).isBetween(20_000_000L, 20_999_999L);
      assertThat(ranged.get(ranged.find(member).orElseThrow())).isEqualTo(member);
      assertThat(whole.get(whole.find(member).orElseThrow())).isEqualTo(member);
      Architecture other = whole.sample(random);
      long parameters = parametersOf(other);
      assertThat(ranged.contains(other))
          .isEqualTo(parameters >= 20_000_000 && parameters < 21_000_000);
    }
  }

  @Test
  void endsAreFoundWithoutEnumeration() {
    SearchSpace space = large(List.of());
    assertThat(space.get(BigInteger.ZERO)).isEqualTo(space.smallest());
    assertThat(space.smallest()).hasToString("bert:layers=10,hidden=256,heads=5,ratio=2");
    assertThat(space.largest()).hasToString("bert:layers=12,hidden=320,heads=8,ratio=4");
    assertThat(space.get(space.count().subtract(BigInteger.ONE))).isEqualTo(space.largest());
    assertThat(space.countBelow(parametersOf(space.smallest()))).isZero();
    assertThat(space.countBelow(parametersOf(space.largest())))
        .isEqualTo(space.count().subtract(BigInteger.ONE));
  }

  @Test
  void partitionIntoAnyNumberIsEven() {
    SearchSpace space = large(List.of());
    for (int groups : new int[] {2, 3, 7}) {
      Partition partition = Partition.byParameters(space, groups);
      BigInteger sum = BigInteger.ZERO;
      for (SubSpace part : partition.subSpaces()) {
        sum = sum.add(part.space().count());
        double share = part.space().count().doubleValue() / space.count().doubleValue();
        assertThat(share * groups).isBetween(0.95, 1.05);
      }
      assertThat(sum).isEqualTo(space.count());
    }
  }

  @Test
  void labelShowsEveryLayer() {
    SearchSpace space = large(List.of());
    Architecture member = space.get(BigInteger.valueOf(21));
    assertThat(space.label(member))
        .isEqualTo("layers=10,hidden=256,heads=5,ratio=2/2/2/2/2/2/2/2/2.5/2.5");
    assertThat(space.complete(ImmutableMap.of(
            "layers", Value.of(11),
            "hidden", Value.of(320),
            "heads", Value.of(6),
            "ratio", Value.of(3.5))))
        .contains(Architecture.parse("bert:layers=11,hidden=320,heads=6,ratio=3.5"));
  }

  @Test
  void networksOfOtherDepthsAreNoMembers() {
    SearchSpace space = SearchSpace.of(
        EncoderFamily.BERT,
        ImmutableMap.of("heads", Dimension.perLayer("heads", "1..2")),
        ImmutableMap.of("layers", Value.of(3), "hidden", Value.of(16), "ratio", Value.of(2)),
        List.of());
    assertThat(space.contains(Architecture.parse("bert:layers=3,hidden=16,heads=1/2/1,ratio=2")))
        .isTrue();
    for (String other : List.of("layers=2,heads=1/2", "layers=4,heads=1", "layers=3,heads=1/2/3")) {
      assertThat(space.contains(Architecture.parse("bert:hidden=16,ratio=2," + other)))
          .isFalse();
    }
    assertThat(space.complete(ImmutableMap.of("heads", new Value.Each(ImmutableList.of(1.0, 2.0)))))
        .isEmpty();
  }

  @Test
  void unevenlySteppedLayersWithTooManySumsAreRefused() {
    long[] powers = LongStream.rangeClosed(1, 20).map(i -> i * i * i * i * i).toArray();
    LayerSums sums = new LayerSums(powers, 10_000);
    assertThat(sums.table(4).between(0, Long.MAX_VALUE)).isEqualTo(BigInteger.valueOf(160_000));
    assertThatThrownBy(() -> sums.table(20))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("more than 10000 different parameter counts")
        .hasMessageContaining("evenly stepped");
  }
}
