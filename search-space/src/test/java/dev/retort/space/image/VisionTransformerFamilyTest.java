package dev.retort.space.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Families;
import dev.retort.space.InputShape;
import dev.retort.space.Partition;
import dev.retort.space.Presets;
import dev.retort.space.RandomStreams;
import dev.retort.space.SearchSpace;
import dev.retort.space.SubSpace;
import dev.retort.space.TensorSpec;
import dev.retort.space.Value;
import java.math.BigInteger;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VisionTransformerFamilyTest {
  private static final String SMALL = "vit:layers=2,hidden=16,heads=2,ratio=2";

  @Test
  void canonicalTextLeavesDefaultsOutAndWritesRatios() {
    assertThat(Architecture.parse("vit:intermediate=32,hidden=16,layers=2,heads=2/2,patch=16"))
        .hasToString(SMALL);
    assertThat(Architecture.parse(SMALL).number("norm-epsilon")).isEqualTo(1e-6);
    assertThat(Architecture.parse("vit:layers=2,hidden=24,heads=1/2,intermediate=31/48"))
        .hasToString("vit:layers=2,hidden=24,heads=1/2,intermediate=31/48");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vit:layers=2,hidden=16,ratio=2 | needs heads",
        "vit:layers=2,hidden=16,heads=2 | either ratio or intermediate",
        "vit:layers=2,hidden=16,heads=2/2/2,ratio=2 | 3 values",
        "vit:layers=2,hidden=16,heads=2,ratio=2,patch=17,resolution=16 | (16)",
        "vit:layers=2,hidden=16,heads=2,ratio=2,tokens=distilled,pooling=mean | tokens=class",
        "vit:layers=2,hidden=16,heads=2,ratio=2,tokens=two | [class, distilled,",
        "vit:layers=2,hidden=16,heads=2,ratio=2,patch=1,resolution=9999999 | number of patches",
        "vit:layers=2,hidden=16,heads=2,ratio=2,patch=9999,resolution=9999 | channels times",
      })
  void whatDoesNotFitTogetherIsRefused(String text, String why) {
    assertThatThrownBy(() -> Architecture.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void tensorsHaveTheNamesAndShapesOfHuggingFacesFiles() {
    Architecture vit = Architecture.parse(
        "vit:layers=1,hidden=16,heads=2,intermediate=24,head-size=8,patch=8,resolution=16,"
            + "classes=3");
    assertThat(vit.blueprint().byName().keySet())
        .contains(
            "vit.embeddings.cls_token",
            "vit.encoder.layer.0.attention.attention.query.bias",
            "vit.encoder.layer.0.layernorm_before.weight",
            "vit.layernorm.bias",
            "classifier.weight")
        .hasSize(4 + 16 + 4);
    assertThat(shape(vit, "vit.embeddings.position_embeddings")).containsExactly(1, 5, 16);
    assertThat(shape(vit, "vit.embeddings.patch_embeddings.projection.weight"))
        .containsExactly(16, 3, 8, 8);

    Architecture deit = vit.with("tokens", Value.of("distilled"));
    assertThat(deit.blueprint().byName().keySet())
        .contains("deit.embeddings.distillation_token", "distillation_classifier.bias")
        .doesNotContain("classifier.weight")
        .hasSize(5 + 16 + 2 + 4);
    assertThat(shape(deit, "deit.embeddings.position_embeddings")).containsExactly(1, 6, 16);
    assertThat(deit.with("tokens", Value.of("distilled-one-head"))
            .blueprint()
            .byName()
            .keySet())
        .contains("deit.embeddings.distillation_token", "classifier.weight")
        .hasSize(5 + 16 + 2 + 2);
  }

  private static long[] shape(Architecture architecture, String tensor) {
    TensorSpec found = architecture.blueprint().byName().get(tensor);
    return Objects.requireNonNull(found).shape();
  }

  @Test
  void autoFormersSpacesAreCountedExactlyAndHoldItsNetworks() {
    Partition partition = Presets.named("autoformer");
    assertThat(partition.subSpaces())
        .extracting(SubSpace::name)
        .containsExactly("tiny", "small", "base");
    assertThat(space("autoformer-tiny").count()).isEqualTo(members(2 * 2, 12));
    assertThat(space("autoformer-small").count()).isEqualTo(members(3 * 3, 12));
    assertThat(space("autoformer-base").count()).isEqualTo(members(3 * 3, 14));
    assertThat(space("autoformer-small").contains(model("AutoFormer-S"))).isTrue();
    assertThat(space("autoformer-base").contains(model("AutoFormer-B"))).isTrue();
    // Its ratios of 3 are not in the published table.
    assertThat(space("autoformer-tiny").contains(model("AutoFormer-T"))).isFalse();
  }

  /** Three widths, three depths, and a choice of so many in each layer. */
  private static BigInteger members(int choices, int layers) {
    BigInteger count = BigInteger.ZERO;
    for (int depth = layers; depth < layers + 3; depth++) {
      count = count.add(BigInteger.valueOf(choices).pow(depth));
    }
    return count.multiply(BigInteger.valueOf(3));
  }

  @Test
  void membersBelowASizeAreCountedAndDrawn() {
    SearchSpace space = space("autoformer-tiny");
    long middle = 6_500_000;
    BigInteger below = space.countBelow(middle);
    assertThat(below).isGreaterThan(BigInteger.ONE).isLessThan(space.count());
    Architecture last = space.get(space.count().subtract(BigInteger.ONE));
    assertThat(space.find(last)).contains(space.count().subtract(BigInteger.ONE));
    Architecture drawn = space.sample(new RandomStreams(1).at("draw", 0));
    assertThat(space.contains(drawn)).isTrue();
    assertThat(drawn.word("relative-positions")).isEqualTo("autoformer");
    assertThat(drawn.family().cost(drawn, new InputShape(1, 1)).parameters())
        .isBetween(
            space.smallest().blueprint().parameters(),
            space.largest().blueprint().parameters());
  }

  @Test
  void aPresetTakesOtherValues() {
    SearchSpace space = Presets.named(
            "autoformer-tiny",
            ImmutableMap.of(
                "classes", Value.of(10),
                "relative-positions", Value.of("none"),
                "resolution", Value.of(32),
                "patch", Value.of(4)))
        .subSpaces()
        .get(0)
        .space();
    assertThat(space.smallest().toString())
        .contains("classes=10", "resolution=32", "patch=4", "pooling=mean")
        .doesNotContain("relative-positions");
  }

  @Test
  void everyModelIsAnArchitectureOfTheFamily() {
    VisionTransformerFamilies provider = new VisionTransformerFamilies();
    provider
        .models()
        .forEach((name, text) ->
            assertThat(Architecture.parse(text).family().name()).as(name).isEqualTo("vit"));
    assertThat(provider.models()).hasSizeGreaterThan(30);
  }

  @Test
  void otherPlacesDoNotFitIntoASuperNet() {
    Architecture full = Architecture.parse(SMALL + ",resolution=64");
    for (String other : new String[] {"resolution=48", "patch=32", "tokens=distilled"}) {
      Architecture sub = Architecture.parse(
          other.startsWith("resolution") ? SMALL + "," + other : full + "," + other);
      assertThatThrownBy(() -> VisionTransformerFamily.VIT.source("vit.layernorm.bias", sub, full))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(other.substring(0, other.indexOf('=')));
    }
  }

  private static Architecture model(String name) {
    return Architecture.parse(Objects.requireNonNull(Families.models().get(name)));
  }

  private static SearchSpace space(String preset) {
    return Presets.named(preset).subSpaces().get(0).space();
  }

  @Test
  void aNetworkOfAnotherResolutionCannotBeCut() {
    Architecture teacher = Architecture.parse("vit:layers=2,hidden=32,heads=2,ratio=2");
    Architecture sub = teacher.with("resolution", Value.of(112));
    assertThat(sub.family().misfit(sub, teacher))
        .isEqualTo("resolution 112 is not the teacher's 224");
    assertThat(teacher.family().misfit(teacher, teacher)).isNull();
  }
}
