package dev.retort.supernet.format;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.data.ImageBatch;
import dev.retort.space.UserException;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.kernel.EagerKernels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Folders of Hugging Face's MobileNets, those of transformers (src/test/scripts/mobile_folders.py)
 * and ours.
 */
class MobileNetFolderTest {
  private static final Offset<Float> TOLERANCE = Offset.offset(1e-5f);

  /** Keys of transformers that say nothing of what is computed, or that we do not need. */
  private static final Set<String> BESIDE =
      Set.of("transformers_version", "semantic_loss_ignore_index", "classifier_dropout_prob");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static Path given(String name) throws Exception {
    return Path.of(
        requireNonNull(MobileNetFolderTest.class.getResource("/forward-mobilenet-" + name))
            .toURI());
  }

  @ParameterizedTest
  @CsvSource({"v1, cat/dog", "v2, cat/dog/eel", "v2-centred, cat/dog/eel"})
  void aFolderOfTransformersGivesItsLogits(String name, String labels, @TempDir Path parent)
      throws Exception {
    Path folder = given(name);
    HuggingFaceFolder model = HuggingFaceFolder.read(folder, manager);
    assertThat(model.labels()).containsExactly(labels.split("/"));
    assertThat(logits(model, folder)).containsExactly(expected(folder), TOLERANCE);

    // What is written back is the same, to the last key and tensor.
    Path written = parent.resolve("model");
    HuggingFaceFolder.write(written, model.weights(), model.labels(), null, more -> {});
    ObjectNode config = StrictJson.readObject(written.resolve("config.json"));
    StrictJson.readObject(folder.resolve("config.json")).properties().forEach(each -> {
      if (!BESIDE.contains(each.getKey())) {
        assertThat(config.get(each.getKey())).as(each.getKey()).isEqualTo(each.getValue());
      }
    });
    assertThat(names(written)).containsExactlyInAnyOrderElementsOf(names(folder));
    HuggingFaceFolder again = HuggingFaceFolder.read(written, manager);
    assertThat(again.weights().architecture()).isEqualTo(model.weights().architecture());
    assertThat(logits(again, folder)).isEqualTo(logits(model, folder));
  }

  private static List<String> names(Path folder) {
    return SafetensorsFile.open(folder.resolve("model.safetensors")).entries().stream()
        .map(TensorEntry::name)
        .toList();
  }

  private static float[] expected(Path folder) {
    return SafetensorsFile.open(folder.resolve("expected.safetensors")).floats("logits");
  }

  private float[] logits(HuggingFaceFolder model, Path folder) {
    NDArray pixels =
        SafetensorsFile.open(folder.resolve("expected.safetensors")).load(manager, "pixel_values");
    int size = (int) pixels.getShape().get(0);
    ImageBatch batch = new ImageBatch(pixels, manager.create(new long[size]), new int[size]);
    return Network.of(model.weights().architecture(), new EagerKernels())
        .forward(model.weights(), batch, Request.LOGITS)
        .requireLogits()
        .toFloatArray();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"hidden_act\": \"relu6\" | \"hidden_act\": \"gelu\" | hidden_act is \"gelu\"",
        "\"output_stride\": 32 | \"output_stride\": 16 | dilates no convolution",
        "\"depth_multiplier\": 0.06 | \"depth_multiplier\": 0 | depth_multiplier is 0",
        "\"depth_multiplier\": 0.06 | \"depth_multiplier\": 1 | does not hold the weights",
        "\"tf_padding\": true | \"tf_padding\": \"same\" | tf_padding is \"same\"",
        "\"layer_norm_eps\": 0.001 | \"layer_norm_eps\": -1 | layer_norm_eps is -1",
        "\"num_channels\": 3 | \"num_channels\": 4 | first_conv.convolution.weight has shape"
      })
  void whatRetortWouldComputeDifferentlyIsRefused(
      String from, String to, String message, @TempDir Path folder) throws Exception {
    Path given = given("v2");
    Files.copy(given.resolve("model.safetensors"), folder.resolve("model.safetensors"));
    String json = Files.readString(given.resolve("config.json"));
    assertThat(json).contains(from.strip());
    Files.writeString(folder.resolve("config.json"), json.replace(from.strip(), to.strip()));
    assertThatThrownBy(() -> HuggingFaceFolder.read(folder, manager))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(message.strip());
  }
}
