package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.data.image.PixelScaling;
import dev.retort.data.image.Preprocessing;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.Weights;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of ViT and DeiT, both ways. */
final class VisionTransformerFolderTest {
  private static final String SIZES = "vit:layers=2,hidden=12,heads=3,ratio=2,head-size=4,patch=4,"
      + "resolution=12,channels=1,classes=3,norm-epsilon=0.00001";

  private final Path folder;
  private final NDManager manager = NDManager.newBaseManager();

  VisionTransformerFolderTest(@TempDir Path parent) {
    this.folder = parent.resolve("model");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @CsvSource({
    "'', vit, ViTForImageClassification",
    "',qkv-bias=no', vit, ViTForImageClassification",
    "',tokens=distilled', deit, DeiTForImageClassificationWithTeacher",
    "',tokens=distilled-one-head', deit, DeiTForImageClassification",
  })
  void whatIsWrittenReadsAsItWas(String more, String type, String className) {
    Weights weights = RandomWeights.of(Architecture.parse(SIZES + more), manager, 1);
    Preprocessing images = Preprocessing.of(3, PixelScaling.HALF);
    HuggingFaceFolder.write(folder, weights, List.of("cat", "dog", "fox"), images, writer -> {});
    ObjectNode config = StrictJson.readObject(folder.resolve("config.json"));
    assertThat(config.path("model_type").textValue()).isEqualTo(type);
    assertThat(config.path("architectures").path(0).textValue()).isEqualTo(className);
    assertThat(config.path("image_size").intValue()).isEqualTo(12);
    assertThat(config.path("layer_norm_eps").doubleValue()).isEqualTo(1e-5);
    assertThat(config.path("id2label").path("2").textValue()).isEqualTo("fox");
    HuggingFaceFolder read = HuggingFaceFolder.read(folder, manager);
    assertThat(read.labels()).containsExactly("cat", "dog", "fox");
    assertThat(read.images()).isEqualTo(images);
    same(read.weights(), weights);
  }

  @Test
  void encodersAreReadWithoutTheirPooler() throws IOException {
    for (String tokens : List.of("class", "distilled")) {
      Weights weights = RandomWeights.of(
          Architecture.parse(SIZES.replace("classes=3", "classes=0") + ",tokens=" + tokens),
          manager,
          2);
      Path each = folder.resolveSibling(tokens);
      HuggingFaceFolder.write(each, weights, List.of(), null, writer -> {});
      assertThat(StrictJson.readObject(each.resolve("config.json"))
              .path("architectures")
              .path(0)
              .textValue())
          .isEqualTo(tokens.equals("class") ? "ViTModel" : "DeiTModel");
      // As ViTModel and DeiTModel have them themselves: without a prefix, with a pooler.
      Map<String, NDArray> bare = new LinkedHashMap<>();
      weights
          .tensors()
          .forEach((name, tensor) -> bare.put(name.substring(name.indexOf('.') + 1), tensor));
      bare.put("pooler.dense.weight", manager.ones(new Shape(12, 12)));
      bare.put("pooler.dense.bias", manager.ones(new Shape(12)));
      Files.delete(each.resolve("model.safetensors"));
      SafetensorsWriter.write(each.resolve("model.safetensors"), bare, Map.of());
      HuggingFaceFolder read = HuggingFaceFolder.read(each, manager);
      assertThat(read.labels()).isEmpty();
      same(read.weights(), weights);
    }
  }

  private static void same(Weights found, Weights expected) {
    assertThat(found.architecture()).isEqualTo(expected.architecture());
    expected.tensors().forEach((name, tensor) -> assertThat(found.get(name).toFloatArray())
        .as(name)
        .isEqualTo(tensor.toFloatArray()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "heads=3/2 | heads differ | hf-bert",
        "ratio=2/1 | feed-forward width differs | dimension ratio",
        "heads=2 | 2 x 4 = 8 wide | hf-bert",
        "relative-positions=autoformer | relative positions | (to none)",
        "pooling=mean | mean over the patches | (to class)",
      })
  void whatTransformersCannotHoldIsRefused(String change, String why, String remedy) {
    String name = change.substring(0, change.indexOf('='));
    String text = SIZES.contains("," + name + "=")
        ? SIZES.replaceFirst("," + name + "=[0-9]+", "," + change)
        : SIZES + "," + change;
    Weights weights = RandomWeights.of(Architecture.parse(text), manager, 3);
    assertThatThrownBy(
            () -> HuggingFaceFolder.write(folder, weights, List.of(), null, writer -> {}))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(why)
        .hasMessageContaining(remedy);
    assertThat(folder).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden_act | \"gelu_new\" | exact GELU",
        "image_size | [24, 32] | squares",
        "image_size | 4 | from 8",
        "patch_size | [8, 4] | squares",
        "num_attention_heads | 5 | does not divide",
        "pruned_heads | {\"0\": [1]} | pruned",
        "quantization_config | {\"bits\": 4} | quantized",
      })
  void whatRetortWouldComputeDifferentlyIsRefused(String key, String value, String why)
      throws IOException, URISyntaxException {
    copyWith(key, value);
    assertThatThrownBy(() -> HuggingFaceFolder.read(folder, manager))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("config.json: " + key)
        .hasMessageContaining(why);
  }

  @Test
  void sidesMayBeGivenTwice() throws IOException, URISyntaxException {
    copyWith("image_size", "[24, 24]");
    assertThat(HuggingFaceFolder.architecture(folder).integer("resolution")).isEqualTo(24);
  }

  private void copyWith(String key, String value) throws IOException, URISyntaxException {
    Path given =
        Path.of(Objects.requireNonNull(getClass().getResource("/forward-vit")).toURI());
    Files.createDirectories(folder);
    Files.copy(given.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    String config = Files.readString(given.resolve("config.json"))
        .replaceFirst("(?m)^  \"" + key + "\": .*,$\n", "")
        .replaceFirst("\\{", "{\n  \"" + key + "\": " + Matcher.quoteReplacement(value) + ",");
    Files.writeString(folder.resolve("config.json"), config);
  }
}
