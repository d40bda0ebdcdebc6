package dev.retort.space.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Dimension;
import dev.retort.space.Families;
import dev.retort.space.Operation;
import dev.retort.space.Presets;
import dev.retort.space.RandomStreams;
import dev.retort.space.SearchSpace;
import dev.retort.space.SubSpace;
import dev.retort.space.TensorSpec;
import dev.retort.space.Value;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MobileFamilyTest {

  @Test
  void everyModelIsItsOwnCanonicalText() {
    new MobileFamilies().models().forEach((name, text) -> {
      Architecture architecture = Architecture.parse(text);
      assertThat(Architecture.parse(architecture.toString())).isEqualTo(architecture);
      Set<String> names = new HashSet<>();
      architecture.blueprint().tensors().forEach(each -> assertThat(names.add(each.name()))
          .as(each.name())
          .isTrue());
    });
  }

  @Test
  void operationsReadWhatWasWrittenBefore() {
    new MobileFamilies().models().values().forEach(text -> {
      Set<String> written = new HashSet<>();
      for (Operation operation : Architecture.parse(text).blueprint().operations()) {
        assertThat(written).containsAll(operation.reads());
        assertThat(written.add(operation.id())).as(operation.id()).isTrue();
      }
    });
  }

  /** Widths of Hugging Face's state dict, from its stem to its last convolution. */
  @ParameterizedTest
  @CsvSource({
    "0.35, 16, 8, 8, 16, 24, 32, 56, 112, 1280",
    "0.75, 24, 16, 24, 24, 48, 72, 120, 240, 1280",
    "1, 32, 16, 24, 32, 64, 96, 160, 320, 1280",
    "1.4, 48, 24, 32, 48, 88, 136, 224, 448, 1792"
  })
  void publishedWidthsOfMobileNetV2(
      String multiplier, int stem, int first, int a, int b, int c, int d, int e, int f, int last) {
    ImmutableMap<String, TensorSpec> tensors =
        Architecture.parse("mobilenet-v2:multiplier=" + multiplier).blueprint().byName();
    ImmutableList<String> names = ImmutableList.of(
        "conv_stem.first_conv",
        "conv_stem.reduce_1x1",
        "layer.0.reduce_1x1",
        "layer.2.reduce_1x1",
        "layer.5.reduce_1x1",
        "layer.9.reduce_1x1",
        "layer.12.reduce_1x1",
        "layer.15.reduce_1x1",
        "conv_1x1");
    assertThat(names.stream()
            .map(name -> requireNonNull(tensors.get("mobilenet_v2." + name + ".convolution.weight"))
                .shape()[0]))
        .containsExactly(
            (long) stem,
            (long) first,
            (long) a,
            (long) b,
            (long) c,
            (long) d,
            (long) e,
            (long) f,
            (long) last);
  }

  @Test
  void smallerNetworksTakeTheLeadingLayersOfEachStage() {
    Architecture full = Architecture.parse("mobilenet-v2");
    Architecture sub = full.with("depth", Value.of(1));
    assertThat(sub.family().source("mobilenet_v2.layer.2.conv_3x3.convolution.weight", sub, full))
        .isEqualTo("mobilenet_v2.layer.5.conv_3x3.convolution.weight");
    Architecture large = Architecture.parse("mobilenet-v3");
    Architecture small =
        large.with("depth", Value.of(2)).with("expansion", Value.of(1)).with("width", Value.of(16));
    // Without expansion a layer's parts are counted otherwise: its depthwise convolution is 0.
    assertThat(small.family().source("features.3.block.0.0.weight", small, large))
        .isEqualTo("features.3.block.1.0.weight");
    assertThat(small.family().source("features.12.0.weight", small, large))
        .isEqualTo("features.22.0.weight");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mobilenet-v2:depth=1/2 | depth has 2 values (1/2) for 6 stages",
        "mobilenet-v2:kernel=3/5 | kernel has 2 values (3/5) for 16 layers",
        "mobilenet-v2:kernel=4 | kernel must be odd, so that it has a middle, not (4)",
        "mobilenet-v2:multiplier=100000 | times multiplier can be at most 262144",
        "mobilenet-v1:width=70000 | width can be at most 65536, not (70000)",
        "mobilenet-v3:stages=4 | width has 5 values (24/40/80/112/160) for 4 stages",
        "mobilenet-v3:squeeze=2 | squeeze can be at most 1, not (2)",
        "mobilenet-v3:depth=900 | the sum of depth can be at most 1000, not (4500)",
        "mobilenet-v3:expansion=0 | Dimension expansion cannot be (0)",
        "shufflenet-v2:width=31 | width must be even, as halves go apart, not (31)",
        "shufflenet-v2:left=kept,width=24 | every stage must be wider than what it is given"
      })
  void whatDoesNotFitIsRefused(String text, String message) {
    assertThatThrownBy(() -> Architecture.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void planesThatAreAddedToEachOtherHaveOneName() {
    Architecture architecture = Architecture.parse("mobilenet-v2");
    ImmutableMap<String, TensorSpec> tensors = architecture.blueprint().byName();
    String prefix = "mobilenet_v2.layer.";
    TensorSpec first = requireNonNull(tensors.get(prefix + "2.reduce_1x1.convolution.weight"));
    TensorSpec second = requireNonNull(tensors.get(prefix + "3.reduce_1x1.convolution.weight"));
    TensorSpec reader = requireNonNull(tensors.get(prefix + "5.expand_1x1.convolution.weight"));
    assertThat(first.axes().get(0)).isEqualTo(second.axes().get(0));
    assertThat(reader.axes().get(1)).isEqualTo(second.axes().get(0));
    TensorSpec depthwise = requireNonNull(tensors.get(prefix + "5.conv_3x3.convolution.weight"));
    assertThat(depthwise.axes().get(0)).isEqualTo(reader.axes().get(0));
  }

  /** ((3 x 3)^2 + (3 x 3)^3 + (3 x 3)^4)^5 networks, as the paper counts, in 25 resolutions. */
  @Test
  void spaceOfOnceForAllHasItsPublishedSize() {
    ImmutableList<SubSpace> parts = Presets.named("ofa-mobilenet-v3").subSpaces();
    assertThat(parts).extracting(SubSpace::name).containsExactly("base", "wide");
    BigInteger stage = BigInteger.valueOf(81 + 729 + 6561);
    for (SubSpace part : parts) {
      SearchSpace space = part.space();
      assertThat(space.count()).isEqualTo(stage.pow(5).multiply(BigInteger.valueOf(25)));
      RandomGenerator random = new RandomStreams(4).at("ofa", 0);
      for (int i = 0; i < 20; i++) {
        Architecture drawn = space.sample(random);
        assertThat(space.get(space.find(drawn).orElseThrow())).isEqualTo(drawn);
      }
      assertThat(space.envelope().toString()).contains("kernel=7").contains("features-bias=no");
    }
    assertThat(parts.get(0).space().largest().blueprint().parameters())
        .isEqualTo(Architecture.parse(requireNonNull(Families.models().get("ofa_mobilenet_v3")))
            .blueprint()
            .parameters());
  }

  @Test
  void stagesOfMobileNetV2ChooseDepthAndWidth() {
    SearchSpace space = SearchSpace.of(
        MobileNetV2Family.MOBILENET_V2,
        ImmutableMap.of(
            "depth", Dimension.perStage("depth", "1..2"),
            "expansion", Dimension.perLayer("expansion", "[3, 6]")),
        ImmutableMap.of("classes", Value.of(10), "resolution", Value.of(32)),
        ImmutableList.of());
    // Each stage: one layer of two expansions, or two layers of four together.
    assertThat(space.count()).isEqualTo(BigInteger.valueOf(6).pow(6));
    Architecture drawn = space.sample(new RandomStreams(1).at("v2", 0));
    assertThat(space.contains(drawn)).isTrue();
  }
}
