package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.TextBatch;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A real encoder, all-MiniLM-L6-v2, against its published ONNX graph. */
final class MiniLmTest {
  /**
   * The expected values are rounded to 6 places and come from float32 arithmetic on the same fp16
   * weights; against the original ONNX graph they are within 0.0033.
   */
  private static final Offset<Float> TOLERANCE = Offset.offset(1e-4f);

  @Test
  void fourSentencesInOneBatchGiveTheirHiddenStatesAndEmbeddings() throws Exception {
    Path folder = Path.of(System.getProperty("retort.root"))
        .resolve("../shared/data/minilm-l6-h384")
        .normalize();
    assumeThat(folder).as("skipped: the model is not on this machine").exists();
    ObjectMapper mapper = new ObjectMapper();
    JsonNode examples =
        mapper.readTree(folder.resolve("expected-outputs.json").toFile()).get("examples");
    try (NDManager manager = NDManager.newBaseManager()) {
      Weights weights = HuggingFaceFolder.read(folder, manager).weights();
      Network network = Network.of(weights.architecture(), ScriptedKernels.float32());
      assertThat(weights.architecture().layers()).isEqualTo(6);
      Tap last = Tap.hidden(6);
      NDArray hidden = network
          .forward(
              weights,
              batch(manager, mapper, examples),
              new Request(false, ImmutableSet.of(last), Dropout.NONE))
          .tap(last);
      assertThat(examples).hasSize(4);
      for (int row = 0; row < 4; row++) {
        JsonNode example = examples.get(row);
        int length = example.get("input_ids").size();
        NDArray tokens = hidden.get(row).get(":" + length);
        assertThat(tokens.get("0, :16").toFloatArray())
            .containsExactly(floats(mapper, example, "last_hidden_cls_first16"), TOLERANCE);
        assertThat(tokens.get((length - 1) + ", :16").toFloatArray())
            .containsExactly(floats(mapper, example, "last_hidden_last_token_first16"), TOLERANCE);
        NDArray mean = tokens.mean(new int[] {0});
        assertThat(mean.div(mean.norm()).toFloatArray())
            .containsExactly(floats(mapper, example, "mean_pooled_l2_normalised"), TOLERANCE);
      }
    }
  }

  private static TextBatch batch(NDManager manager, ObjectMapper mapper, JsonNode examples) {
    int longest = 0;
    for (JsonNode example : examples) {
      longest = Math.max(longest, example.get("input_ids").size());
    }
    long[][] ids = new long[examples.size()][longest];
    float[][] mask = new float[examples.size()][longest];
    for (int row = 0; row < ids.length; row++) {
      long[] tokens = mapper.convertValue(examples.get(row).get("input_ids"), long[].class);
      System.arraycopy(tokens, 0, ids[row], 0, tokens.length);
      for (int i = 0; i < tokens.length; i++) {
        mask[row][i] = 1;
      }
    }
    return Samples.batch(manager, ids, new long[ids.length][longest], mask);
  }

  private static float[] floats(ObjectMapper mapper, JsonNode example, String name) {
    return mapper.convertValue(example.get(name), float[].class);
  }
}
