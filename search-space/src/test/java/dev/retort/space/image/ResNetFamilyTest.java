package dev.retort.space.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Blueprint;
import dev.retort.space.Families;
import dev.retort.space.InputShape;
import dev.retort.space.Operation;
import dev.retort.space.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResNetFamilyTest {
  private static final String SMALL = "resnet:depth=2/1/1,width=4/8/16";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resnet:depth=3,width=16/32/64 | resnet:depth=3/3/3,width=16/32/64,stem-width=16",
        "resnet:stages=2,depth=3,width=8 | resnet:depth=3/3,width=8/8,stem-width=8",
        "resnet:depth=3,width=8 | resnet:depth=3,width=8,stem-width=8",
        "resnet:depth=1/2,width=16/32,scale=0.5 | resnet:depth=1/2,width=8/16,stem-width=8",
        "resnet:depth=1/2,width=16/32,scale=1/0.3 | resnet:depth=1/2,width=16/10,stem-width=16",
        "resnet:depth=1/2,width=8/9,inner=2/2 | resnet:depth=1/2,width=8/9,inner=2,stem-width=8",
        "wrn:depth=2,width=32/64/128 | wrn:depth=2/2/2,width=32/64/128,stem-width=16",
        "wrn:depth=2,width=16/32,scale=0.5 | wrn:depth=2/2,width=8/16,stem-width=8",
        "vgg:stages=2,depth=1,width=8/8,classes=0 | vgg:depth=1/1,width=8/8,classes=0"
      })
  void architectureHasOneForm(String given, String canonical) {
    Architecture architecture = Architecture.parse(given.strip());
    assertThat(architecture).hasToString(canonical.strip());
    assertThat(Architecture.parse(architecture.toString())).isEqualTo(architecture);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resnet:width=8/16 | needs depth",
        "resnet:depth=1/1/1,width=8/16 | 3 stages by depth and 2 by width (8/16)",
        "vgg:stages=3,depth=1,width=8/16 | 3 stages by stages and 2 by width",
        "resnet:depth=900/200,width=8 | at most 1000 blocks",
        "resnet:depth=1,width=70000 | at most 65536 planes",
        "resnet:depth=1,width=8,expansion=2 | belongs to bottlenecks",
        "resnet:depth=1,width=8,downsample=1x1 | belongs to bottlenecks",
        "resnet:depth=1/1,width=8/4,shortcut=padding | stage 2 gives (4) planes after (8)",
        "resnet:depth=1,width=8,resolution=5000 | at most 4096",
        "wrn:depth=1,width=8,inner=2 | no dimension (inner)",
        "vgg:depth=1/1/1,width=8/8/8,resolution=7 | use at least 8",
        "vgg:depth=1,width=8,head-side=65 | head-side can be at most 64"
      })
  void whatDoesNotFitTogetherIsRefused(String given, String message) {
    assertThatThrownBy(() -> Architecture.parse(given.strip()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message.strip());
  }

  @Test
  void stagesAndLayersAreCounted() {
    Architecture architecture = Architecture.parse("resnet:depth=3/4/6/3,width=4/8/16/32");
    assertThat(architecture.layers()).isEqualTo(16);
    assertThat(architecture.family().stages(architecture)).isEqualTo(4);
    assertThat(Architecture.parse("vgg:depth=2,width=8").family().stages(architecture))
        .isEqualTo(4);
  }

  @Test
  void everyModelIsAnArchitecture() {
    ImmutableMap<String, String> models = new ResNetFamilies().models();
    models.forEach((name, text) -> {
      Architecture architecture = Architecture.parse(text);
      assertThat(architecture.blueprint().parameters()).as(name).isPositive();
      assertThat(architecture.integer("classes"))
          .as(name)
          .isEqualTo(name.contains("cifar100") ? 100 : name.contains("cifar10") ? 10 : 1000);
    });
    assertThat(models).hasSize(7 + 8 * 4 + 5 * 2 + 21 * 2 + 4 * 4);
    assertThat(Families.models()).containsAllEntriesOf(models);
  }

  @Test
  void hiddenStatesOfAStageAreTheSamePlanes() {
    Blueprint blueprint = Architecture.parse(SMALL).blueprint();
    assertThat(axes(blueprint, "conv1.weight")).startsWith("stage1", "input");
    assertThat(axes(blueprint, "layer1.0.conv1.weight"))
        .startsWith("stage1.block0.conv1", "stage1");
    assertThat(axes(blueprint, "layer1.1.conv2.weight"))
        .startsWith("stage1", "stage1.block1.conv1");
    assertThat(axes(blueprint, "layer2.0.downsample.0.weight")).startsWith("stage2", "stage1");
    assertThat(axes(blueprint, "fc.weight")).containsExactly("classes", "stage3");
    Blueprint other = Architecture.parse(SMALL + ",stem-width=6").blueprint();
    assertThat(axes(other, "conv1.weight")).startsWith("stem", "input");
    assertThat(axes(other, "layer1.0.downsample.0.weight")).startsWith("stage1", "stem");
  }

  private static List<String> axes(Blueprint blueprint, String tensor) {
    return requireNonNull(blueprint.byName().get(tensor)).axes().stream()
        .map(axis -> axis.name())
        .toList();
  }

  @Test
  void everyOperationReadsWhatWasWrittenBefore() {
    for (String text : new ResNetFamilies().models().values()) {
      Blueprint blueprint = Architecture.parse(text).blueprint();
      List<String> ids = blueprint.operations().stream().map(Operation::id).toList();
      assertThat(ids).doesNotHaveDuplicates();
      for (int i = 0; i < ids.size(); i++) {
        assertThat(ids.subList(0, i)).containsAll(blueprint.operations().get(i).reads());
      }
      assertThat(blueprint.peakActivations(new InputShape(1, 1))).isPositive();
    }
  }

  /** What is trained, and of it what decays. */
  @Test
  void statisticsAreNotTrained() {
    Blueprint blueprint = Architecture.parse(SMALL).blueprint();
    long statistics = blueprint.tensors().stream()
        .filter(tensor -> !tensor.role().trained())
        .mapToLong(TensorSpec::count)
        .sum();
    assertThat(blueprint.entries() - blueprint.parameters())
        .isEqualTo(statistics)
        .isPositive();
  }

  /** Leaving the stem's width out, every member's tensors are tensors of the widest. */
  @Test
  void membersOfASpaceThatVariesWidthsHaveNoShortcutThatTheWidestLacks() {
    for (String family : List.of("resnet", "wrn")) {
      String widths = ":depth=1/1,width=16/32,scale=";
      var widest =
          Architecture.parse(family + widths + "1").blueprint().byName().keySet();
      for (String scale : List.of("0.25", "0.5/1", "1/0.5", "0.75/0.25")) {
        assertThat(widest)
            .containsAll(
                Architecture.parse(family + widths + scale).blueprint().byName().keySet());
      }
    }
  }

  @Test
  void vggTensorsComeFromTheSameConvolutionOfTheSameStage() {
    Architecture sub = Architecture.parse("vgg:depth=1/2,width=4/4");
    Architecture full = Architecture.parse("vgg:depth=3/3,width=8/8");
    assertThat(sub.family().source("features.0.weight", sub, full)).isEqualTo("features.0.weight");
    // Convolution, norm, activation and pooling of stage 1 come before: 4 of them, or 10.
    assertThat(sub.family().source("features.4.bias", sub, full)).isEqualTo("features.10.bias");
    assertThat(sub.family().source("features.8.running_mean", sub, full))
        .isEqualTo("features.14.running_mean");
    assertThat(sub.family().source("classifier.6.bias", sub, full)).isEqualTo("classifier.6.bias");
  }
}
