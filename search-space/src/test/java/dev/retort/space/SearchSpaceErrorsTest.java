package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.retort.space.text.EncoderFamily;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SearchSpaceErrorsTest {
  private static final ImmutableMap<String, Value> FIXED = ImmutableMap.of(
      "layers", Value.of(2),
      "hidden", Value.of(16),
      "heads", Value.of(1),
      "ratio", Value.of(2));

  private static void assertRefused(
      Map<String, Dimension> elastic, Map<String, Value> fixed, String reason) {
    assertThatThrownBy(() -> SearchSpace.of(EncoderFamily.BERT, elastic, fixed, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  private static Map<String, Dimension> elastic(Dimension dimension) {
    return ImmutableMap.of(dimension.name(), dimension);
  }

  private static Map<String, Value> without(String name) {
    return ImmutableMap.copyOf(Maps.filterKeys(FIXED, each -> !each.equals(name)));
  }

  @Test
  void impossibleSpaceIsRefusedWithItsDimension() {
    assertRefused(elastic(Dimension.of("depth", "1..2")), FIXED, "no dimension (depth)");
    assertRefused(
        Map.of(), ImmutableMap.of("width", Value.of(2)), "no dimension (width); it has [layers");
    assertRefused(elastic(Dimension.of("heads", "1..2")), FIXED, "heads is both elastic ([1, 2])");
    assertRefused(
        elastic(Dimension.perLayer("hidden", "16..17")),
        without("hidden"),
        "hidden cannot vary by layer");
    assertRefused(
        ImmutableMap.of("heads", Dimension.of("ratio", "1..2")),
        without("heads"),
        "The dimension given for heads is called (ratio)");
    assertRefused(elastic(Dimension.of("heads", "0..2")), without("heads"), "heads cannot be (0)");
    assertRefused(
        elastic(Dimension.of("heads", "[one, 2]")), without("heads"), "heads cannot be (one)");
    assertRefused(elastic(Dimension.of("layers", "1..2")), Map.of(), "needs hidden");
    assertRefused(
        elastic(Dimension.of("layers", "1..2")), without("ratio"), "layers is both elastic");
    assertRefused(
        elastic(Dimension.perLayer("heads", "1..2")),
        ImmutableMap.of(
            "layers", Value.of(2),
            "hidden", Value.of(16),
            "ratio", new Value.Each(ImmutableList.of(2.0, 3.0))),
        "cannot fix another layer by layer (2/3)");
    assertRefused(
        ImmutableMap.of(
            "hidden", Dimension.of("hidden", "1..5000"), "heads", Dimension.of("heads", "1..900")),
        ImmutableMap.of("layers", Value.of(2), "ratio", Value.of(2)),
        "at most 4000000 combinations");
  }

  @Test
  void emptySpaceIsRefusedWithItsDescription() {
    assertThatThrownBy(() -> SearchSpace.of(
            EncoderFamily.BERT, Map.of(), FIXED, List.of(Constraint.named("parameters=..100"))))
        .hasMessageContaining("No architecture is in the space (bert: layers=2; hidden=16; heads=1;"
            + " ratio=2; parameters=..100)");
    assertThatThrownBy(() -> SearchSpace.of(
            EncoderFamily.BERT,
            Map.of(),
            FIXED,
            List.of(Constraint.named("parameters=5..9"), Constraint.named("parameters=9..12"))))
        .hasMessageContaining("0 <= from < below, not (9..9)");
  }

  @Test
  void constraintsHaveNames() {
    for (String name : List.of("hf-bert", "parameters=4000..10000", "parameters=..7")) {
      assertThat(Constraint.named(name).name()).isEqualTo(name);
    }
    assertThat(Constraint.named("parameters=4M..10M"))
        .isEqualTo(new ParameterRange(4_000_000, 10_000_000));
    assertThatThrownBy(() -> Constraint.named("bert-hf"))
        .hasMessage("No constraint (bert-hf); there are hf-bert and parameters=4M..10M");
    assertThatThrownBy(() -> Constraint.named("parameters=4M"))
        .hasMessageContaining("Expected parameters=4M..10M, found (parameters=4M)");
    assertThatThrownBy(() -> Constraint.named("parameters=9..4")).hasMessageContaining("(9..4)");
  }

  @Test
  void rangeHoldsItsFirstCountAndNotItsLast() {
    Architecture architecture = Architecture.of(EncoderFamily.BERT, FIXED);
    long count = architecture.blueprint().parameters();
    assertThat(new ParameterRange(count, count + 1).admits(architecture)).isTrue();
    assertThat(new ParameterRange(count - 5, count).admits(architecture)).isFalse();
    assertThat(new ParameterRange(count + 1, count + 5).admits(architecture)).isFalse();
  }

  @Test
  void huggingFaceBertNeedsTheHiddenWidthInEveryLayer() {
    Constraint constraint = Constraint.named("hf-bert");
    String network = "bert:layers=2,hidden=32,ratio=2,head-size=16,heads=";
    assertThat(constraint.admits(Architecture.parse(network + "2"))).isTrue();
    assertThat(constraint.admits(Architecture.parse(network + "2/1"))).isFalse();
    assertThat(constraint.admits(Architecture.parse(network + "4"))).isFalse();
  }
}
