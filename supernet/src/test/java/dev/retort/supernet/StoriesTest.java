package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.space.NamedModels;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.generate.GenerationListener;
import dev.retort.supernet.generate.GenerationOptions;
import dev.retort.supernet.generate.Generator;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The decoder of ../shared/data/stories260k-decoder, where it is on this machine. */
final class StoriesTest {
  @Test
  void itTellsTheStoryThatItsAuthorPublished() throws Exception {
    Path folder = Path.of(System.getProperty("retort.root"))
        .resolve("../shared/data/stories260k-decoder")
        .normalize();
    assumeThat(folder).as("skipped: the model is not on this machine").exists();
    ObjectMapper mapper = new ObjectMapper();
    JsonNode expected = mapper.readTree(folder.resolve("expected-outputs.json").toFile());
    int[] ids = mapper.convertValue(expected.get("greedy_ids"), int[].class);
    assertThat(ids).hasSize(201); // the beginning and 200 that were written
    try (NDManager manager = NDManager.newBaseManager()) {
      Weights weights = HuggingFaceFolder.read(folder, manager).weights();
      assertThat(weights.architecture()).isEqualTo(NamedModels.parse("stories260k"));
      for (Kernels kernels : List.of(new EagerKernels(), ScriptedKernels.float32())) {
        Network network = Network.of(weights.architecture(), kernels);
        long[][] first = {Arrays.stream(ids, 0, 32).asLongStream().toArray()};
        float[][] mask = new float[1][32];
        Arrays.fill(mask[0], 1);
        assertThat(network
                .forward(
                    weights, Samples.batch(manager, first, new long[1][32], mask), Request.LOGITS)
                .requireLogits()
                .get("0, 31, :8")
                .toFloatArray())
            .containsExactly(
                mapper.convertValue(expected.get("logits_last_first8"), float[].class),
                Offset.offset(1e-4f));
        assertThat(new Generator(network, weights)
                .generate(
                    List.of(new int[] {1}), GenerationOptions.greedy(200), GenerationListener.NONE)
                .get(0)
                .tokens()
                .toArray())
            .isEqualTo(Arrays.copyOfRange(ids, 1, 201));
      }
    }
  }
}
