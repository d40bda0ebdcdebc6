package dev.retort.supernet.format;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.EagerKernels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Folders of Hugging Face's ResNet, those of transformers (src/test/scripts/resnets.py) and ours.
 */
class ResNetFolderTest {
  private static final Offset<Float> TOLERANCE = Offset.offset(1e-5f);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static Path given(String name) throws Exception {
    return Path.of(requireNonNull(ResNetFolderTest.class.getResource("/forward-resnet-" + name))
        .toURI());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "basic | resnet:depth=2/1,width=6/8,stem=imagenet,resolution=33,classes=3 | cat/dog/eel",
        "bottleneck | resnet:depth=1/1/2,width=2/3/4,block=bottleneck,stem=imagenet,stem-width=5,"
            + "downsample=1x1,resolution=40,classes=2 | cat/dog"
      })
  void aFolderOfTransformersGivesItsLogits(
      String name, String architecture, String labels, @TempDir Path parent) throws Exception {
    Path folder = given(name);
    HuggingFaceFolder model = HuggingFaceFolder.read(folder, manager);
    assertThat(model.weights().architecture()).isEqualTo(Architecture.parse(architecture));
    assertThat(model.labels()).containsExactly(labels.split("/"));
    assertThat(logits(model.weights(), folder)).containsExactly(expected(folder), TOLERANCE);

    // What is written back reads as the same.
    Path written = parent.resolve("model");
    HuggingFaceFolder.write(written, model.weights(), model.labels(), model.images(), more -> {});
    HuggingFaceFolder again = HuggingFaceFolder.read(written, manager);
    assertThat(again.weights().architecture()).isEqualTo(model.weights().architecture());
    assertThat(again.labels()).isEqualTo(model.labels());
    model.weights().tensors().forEach((each, tensor) -> assertThat(
            again.weights().get(each).toFloatArray())
        .as(each)
        .isEqualTo(tensor.toFloatArray()));
    for (String key : List.of("depths", "hidden_sizes", "layer_type", "embedding_size")) {
      assertThat(StrictJson.readObject(written.resolve("config.json")).get(key))
          .as(key)
          .isEqualTo(StrictJson.readObject(folder.resolve("config.json")).get(key));
    }
    assertThat(StrictJson.readObject(written.resolve("config.json"))
            .get("downsample_in_bottleneck")
            .booleanValue())
        .isEqualTo(name.equals("bottleneck"));
    // With the counters of batches, every tensor of the file is there.
    assertThat(names(written)).containsExactlyInAnyOrderElementsOf(names(folder));
  }

  private static List<String> names(Path folder) {
    return SafetensorsFile.open(folder.resolve("model.safetensors")).entries().stream()
        .map(TensorEntry::name)
        .toList();
  }

  private static float[] expected(Path folder) {
    return SafetensorsFile.open(folder.resolve("expected.safetensors")).floats("logits");
  }

  private float[] logits(Weights weights, Path folder) {
    NDArray pixels =
        SafetensorsFile.open(folder.resolve("expected.safetensors")).load(manager, "pixel_values");
    int size = (int) pixels.getShape().get(0);
    ImageBatch batch = new ImageBatch(pixels, manager.create(new long[size]), new int[size]);
    return Network.of(weights.architecture(), new EagerKernels())
        .forward(weights, batch, Request.LOGITS)
        .requireLogits()
        .toFloatArray();
  }

  /** A student that was cut from a folder's model goes through a folder of its own unchanged. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "basic | resnet:depth=1/1,width=5/4,stem=imagenet,resolution=33,classes=3",
        "bottleneck | resnet:depth=1/1/1,width=2/1/3,block=bottleneck,stem=imagenet,stem-width=4,"
            + "downsample=1x1,resolution=40,classes=2"
      })
  void anExtractedStudentIsTheSameAfterItsFolder(String name, String text, @TempDir Path parent)
      throws Exception {
    Path folder = given(name);
    Weights full = HuggingFaceFolder.read(folder, manager).weights();
    Weights student =
        new SharedWeights(full, new LeadingSlicing()).extract(Architecture.parse(text), manager);
    Path written = parent.resolve("student");
    HuggingFaceFolder.write(
        written,
        student,
        List.of(),
        HuggingFaceFolder.read(folder, manager).images(),
        more ->
            Files.copy(folder.resolve("expected.safetensors"), more.path("expected.safetensors")));
    HuggingFaceFolder read = HuggingFaceFolder.read(written, manager);
    assertThat(read.weights().architecture()).isEqualTo(student.architecture());
    assertThat(logits(read.weights(), folder)).isEqualTo(logits(student, folder));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "depth=1/1,width=4/8 | stem (to imagenet)",
        "depth=1/1,width=4/8,stem=imagenet,shortcut=padding | shortcut (to projection)",
        "depth=1/1,width=4/8,stem=imagenet,inner=1/2 | inner (to 1)",
        "depth=1/1,width=4/8,stem=imagenet,block=bottleneck,expansion=2 | expansion (to 4)",
        "depth=1/1,width=4/8,stem=imagenet,first-stride=3 | first-stride (to 1 or 2)",
        "depth=1/1,width=4/8,stem=imagenet,norm-epsilon=0.001 | norm-epsilon (to 0.00001)"
      })
  void whatTransformersCannotHoldIsRefusedByItsDimension(
      String text, String dimension, @TempDir Path parent) {
    Architecture architecture = Architecture.parse("resnet:" + text.strip());
    Weights weights = RandomWeights.of(architecture, manager, 1);
    assertThatThrownBy(
            () -> HuggingFaceFolder.write(parent.resolve("model"), weights, List.of(), more -> {}))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("Set the dimension " + dimension.strip());
    assertThat(parent.resolve("model")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"relu\" | \"gelu\" | hidden_act is \"gelu\"",
        "\"basic\" | \"plain\" | layer_type is \"plain\"",
        "\"embedding_size\": 6 | \"embedding_size\": 0 | embedding_size is 0",
        "\"num_channels\": 3 | \"num_channels\": 4 | convolution.weight"
      })
  void impossibleValuesOfAConfigAreRefusedByKey(
      String from, String to, String message, @TempDir Path folder) throws Exception {
    Path given = given("basic");
    for (String file : List.of("config.json", "model.safetensors", "preprocessor_config.json")) {
      Files.copy(given.resolve(file), folder.resolve(file));
    }
    String json = Files.readString(folder.resolve("config.json"));
    assertThat(json).contains(from);
    Files.writeString(folder.resolve("config.json"), json.replace(from, to));
    assertThatThrownBy(() -> HuggingFaceFolder.read(folder, manager))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(message.strip());
  }
}
