package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.TextBatch;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.format.SafetensorsFile;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small random decoders against what transformers made of them (src/test/scripts/decoders.py). */
final class DecoderReferenceTest {
  private static final Offset<Float> TOLERANCE = Offset.offset(1e-4f);
  private static final Offset<Float> CLOSE = Offset.offset(1e-5f);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static Path folder(String name) throws Exception {
    return Path.of(
        Objects.requireNonNull(DecoderReferenceTest.class.getResource("/decoders/" + name))
            .toURI());
  }

  /** The batch of a case: three rows, padded on the right. */
  private TextBatch batch(SafetensorsFile file) {
    NDArray ids = file.load(manager, "input_ids");
    int rows = (int) ids.getShape().get(0);
    return new TextBatch(
        ids,
        ids.zerosLike(),
        file.load(manager, "attention_mask").toType(DataType.FLOAT32, false),
        manager.create(new long[rows]),
        new int[rows]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2",
        "gpt2-erf",
        "opt",
        "opt-plain",
        "opt-350m",
        "opt-after",
        "opt-projected",
        "llama",
        "llama-wide",
        "gpt-neox",
        "gpt-neox-sequential"
      })
  void logitsEqualThoseOfTransformersAndTheFolderIsWrittenAgain(String name, @TempDir Path out)
      throws Exception {
    Weights weights = HuggingFaceFolder.read(folder(name), manager).weights();
    SafetensorsFile file = SafetensorsFile.open(folder(name).resolve("expected.safetensors"));
    TextBatch batch = batch(file);
    for (Kernels kernels : List.of(new EagerKernels(), ScriptedKernels.float32())) {
      Network network = Network.of(weights.architecture(), kernels);
      NDArray logits = network.forward(weights, batch, Request.LOGITS).requireLogits();
      assertThat(logits.getShape()).isEqualTo(batch.ids().getShape().add(29));
      assertClose(logits, file.floats("logits"), batch.mask(), TOLERANCE);
    }
    assertThat(Network.of(weights.architecture(), ScriptedKernels.bf16())
            .forward(weights, batch, Request.LOGITS)
            .requireLogits()
            .isInfinite()
            .any()
            .getBoolean())
        .isFalse();

    Path target = out.resolve("again");
    HuggingFaceFolder.write(target, weights, List.of(), folder -> {});
    Weights again = HuggingFaceFolder.read(target, manager).weights();
    assertThat(again.architecture()).isEqualTo(weights.architecture());
    weights.tensors().forEach((tensor, values) -> assertThat(again.get(tensor).toFloatArray())
        .as(tensor)
        .isEqualTo(values.toFloatArray()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"gpt2", "opt", "opt-350m", "opt-projected", "llama", "llama-wide", "gpt-neox"})
  void withACacheItIsTheSameWhereverItIsCut(String name) throws Exception {
    Weights weights = HuggingFaceFolder.read(folder(name), manager).weights();
    TextBatch batch = batch(SafetensorsFile.open(folder(name).resolve("expected.safetensors")));
    for (Kernels kernels : List.of(new EagerKernels(), ScriptedKernels.float32())) {
      Network network = Network.of(weights.architecture(), kernels);
      float[] whole =
          network.forward(weights, batch, Request.LOGITS).requireLogits().toFloatArray();
      for (int[] cuts : new int[][] {{0, 4, 5, 11}, {0, 1, 2, 3, 10, 11}, {0, 11}}) {
        try (KeyValueCache cache = new KeyValueCache(manager)) {
          NDArray all = null;
          for (int i = 1; i < cuts.length; i++) {
            NDArray part = network
                .forward(weights, columns(batch, cuts[i - 1], cuts[i]), cache, Request.LOGITS)
                .requireLogits();
            all = all == null ? part : all.concat(part, 1);
            assertThat(cache.length()).isEqualTo(cuts[i]);
            assertThat(cache.bytes())
                .isEqualTo(4L
                    * 3
                    * cuts[i]
                    * weights.architecture().family().cached(weights.architecture()));
          }
          assertClose(Objects.requireNonNull(all), whole, batch.mask(), CLOSE);
        }
      }
    }
  }

  @Test
  void rowsOfACacheAreSelectedAndAFailedPassLeavesIt() throws Exception {
    Weights weights = HuggingFaceFolder.read(folder("llama"), manager).weights();
    TextBatch batch = batch(SafetensorsFile.open(folder("llama").resolve("expected.safetensors")));
    Network network = Network.of(weights.architecture(), new EagerKernels());
    try (KeyValueCache cache = new KeyValueCache(manager)) {
      assertThatThrownBy(() -> cache.select(0)).isInstanceOf(IllegalArgumentException.class);
      network.forward(weights, columns(batch, 0, 4), cache, Request.LOGITS);
      int arrays = cache.arrays();
      assertThatThrownBy(
              () -> network.forward(weights, row(columns(batch, 4, 5), 0), cache, Request.LOGITS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("1 rows does not follow the 3 rows");
      TextBatch images = columns(batch, 4, 5);
      assertThatThrownBy(() -> network.forward(
              weights,
              images,
              cache,
              new Request(true, ImmutableSet.of(new Tap("no")), Dropout.NONE)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(cache.length()).isEqualTo(4);
      assertThat(cache.arrays()).isEqualTo(arrays);
      cache.select(2, 0, 2);
      assertThatThrownBy(() -> cache.select(3)).hasMessageContaining("(3)");
      assertThat(cache.arrays()).isEqualTo(arrays);
      NDArray ids = batch.ids().get("2:3, 4:6").concat(batch.ids().get("0:1, 4:6"), 0);
      TextBatch next = new TextBatch(
          ids.concat(batch.ids().get("2:3, 4:6"), 0),
          manager.zeros(new Shape(3, 2), DataType.INT64),
          manager.ones(new Shape(3, 2)),
          manager.create(new long[3]),
          new int[3]);
      NDArray selected = network.forward(weights, next, cache, Request.LOGITS).requireLogits();
      NDArray whole = network.forward(weights, batch, Request.LOGITS).requireLogits();
      for (int[] pair : new int[][] {{0, 2}, {1, 0}, {2, 2}}) {
        assertThat(selected.get(pair[0]).toFloatArray())
            .containsExactly(whole.get(pair[1] + ", 4:6").toFloatArray(), CLOSE);
      }
    }
  }

  @Test
  void moreTokensThanPositionsAreRefused() throws Exception {
    Weights weights = HuggingFaceFolder.read(folder("gpt2-erf"), manager).weights();
    TextBatch batch = Samples.batch(manager, new long[1][17], new long[1][17], ones(17));
    assertThatThrownBy(() -> Network.of(weights.architecture(), new EagerKernels())
            .forward(weights, batch, Request.LOGITS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("up to 17 tokens")
        .hasMessageContaining("16 positions");
  }

  private static float[][] ones(int length) {
    float[][] mask = new float[1][length];
    Arrays.fill(mask[0], 1);
    return mask;
  }

  private static TextBatch row(TextBatch batch, int row) {
    return Samples.row(batch, row, (int) batch.ids().getShape().get(1));
  }

  private static TextBatch columns(TextBatch batch, int from, int to) {
    String index = ":, " + from + ":" + to;
    return new TextBatch(
        batch.ids().get(index),
        batch.types().get(index),
        batch.mask().get(index),
        batch.labels(),
        batch.indices());
  }

  private static void assertClose(
      NDArray actual, float[] expected, NDArray mask, Offset<Float> tolerance) {
    float[] found = actual.toFloatArray();
    float[] tokens = mask.toFloatArray();
    assertThat(found).hasSameSizeAs(expected);
    int words = found.length / tokens.length;
    for (int i = 0; i < found.length; i++) {
      if (tokens[i / words] == 1) {
        assertThat(found[i]).as("entry %d", i).isCloseTo(expected[i], tolerance);
      }
    }
  }
}
