package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.data.TextBatch;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.format.SafetensorsFile;
import dev.retort.supernet.format.TensorEntry;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A small BertForSequenceClassification against what transformers computed. */
final class ForwardReferenceTest {
  private static final Offset<Float> TOLERANCE = Offset.offset(1e-4f);

  static Stream<Named<Kernels>> kernels() {
    return Stream.of(
        Named.of("eager", new EagerKernels()), Named.of("scripted", ScriptedKernels.float32()));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void everyOutputEqualsTransformers(Kernels kernels) throws Exception {
    Path folder = folder();
    try (NDManager manager = NDManager.newBaseManager()) {
      Weights weights = HuggingFaceFolder.read(folder, manager).weights();
      TextBatch batch = batch(manager, folder);
      Network network = Network.of(weights.architecture(), kernels);
      Outputs outputs =
          network.forward(weights, batch, new Request(true, network.taps(), Dropout.NONE));
      SafetensorsFile expected = SafetensorsFile.open(folder.resolve("expected.safetensors"));
      assertThat(outputs.requireLogits().toFloatArray())
          .containsExactly(expected.floats("logits"), TOLERANCE);
      int compared = 0;
      for (TensorEntry entry : expected.entries()) {
        if (!entry.name().equals("logits") && !entry.name().equals("loss")) {
          NDArray actual = outputs.tap(new Tap(entry.name()));
          assertClose(entry.name(), actual, expected.floats(entry.name()), batch.mask());
          compared++;
        }
      }
      assertThat(compared)
          .isEqualTo(network.taps().size() - 2 * network.blocks().size());
    }
  }

  /** Compares [B,S,width] or, for attention, [B,A,S,S] where the token is no padding. */
  private static void assertClose(String name, NDArray actual, float[] expected, NDArray mask) {
    Shape shape = actual.getShape();
    boolean attention = shape.dimension() == 4;
    int heads = attention ? (int) shape.get(1) : 1;
    int sequence = (int) mask.getShape().get(1);
    int width = (int) shape.get(shape.dimension() - 1);
    float[] found = actual.toFloatArray();
    float[] tokens = mask.toFloatArray();
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      int position = i / width % sequence;
      int row = i / width / sequence / heads;
      if (tokens[row * sequence + position] == 1) {
        assertThat(found[i]).as("%s, entry %d", name, i).isCloseTo(expected[i], TOLERANCE);
      }
    }
  }

  private static TextBatch batch(NDManager manager, Path folder) throws Exception {
    ObjectMapper mapper = new ObjectMapper();
    JsonNode inputs = mapper.readTree(folder.resolve("inputs.json").toFile());
    return Samples.batch(
        manager,
        mapper.convertValue(inputs.get("input_ids"), long[][].class),
        mapper.convertValue(inputs.get("token_type_ids"), long[][].class),
        mapper.convertValue(inputs.get("attention_mask"), float[][].class));
  }

  private static Path folder() throws URISyntaxException {
    URL folder = ForwardReferenceTest.class.getResource("/forward-bert");
    return Path.of(Objects.requireNonNull(folder).toURI());
  }
}
