package dev.retort.supernet.image;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.space.Architecture;
import dev.retort.space.Families;
import dev.retort.space.Value;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logits against those of Hugging Face's and torchvision's networks in Python. */
final class MobileForwardTest {
  private static final Offset<Double> TOLERANCE = Offset.offset(1e-4);

  static JsonNode expected() throws IOException {
    try (InputStream in = Objects.requireNonNull(
        MobileForwardTest.class.getResourceAsStream("/mobile-expected.json"))) {
      return new ObjectMapper().readTree(in);
    }
  }

  static void assertLogits(JsonNode rows, float[] logits, int columns) {
    int row = 0;
    for (JsonNode expected : rows) {
      for (int i = 0; i < expected.size(); i++) {
        assertThat((double) logits[row * columns + i])
            .as("row %s, class %s", row, i)
            .isCloseTo(expected.get(i).asDouble(), TOLERANCE);
      }
      row++;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          v2-same       | 46 | mobilenet-v2:multiplier=0.35,padding=same,norm-epsilon=0.001
          v2-same-45    | 45 | mobilenet-v2:multiplier=0.35,padding=same,norm-epsilon=0.001
          v2-centred    | 46 | mobilenet-v2:multiplier=0.5,expansion=3,narrow-features=scaled,\
      first-block=expanded,divisor=4,least-width=16,activation=relu,norm-epsilon=0.03
          v2-centred-45 | 45 | mobilenet-v2:multiplier=0.5,expansion=3,narrow-features=scaled,\
      first-block=expanded,divisor=4,least-width=16,activation=relu,norm-epsilon=0.03
          v1-same       | 46 | mobilenet-v1:multiplier=0.25,padding=same,norm-epsilon=0.001
          v1-centred    | 46 | mobilenet-v1:multiplier=0.3,norm-epsilon=0.001
          """)
  void logitsAreThoseOfHuggingFace(String name, int side, String text) throws IOException {
    Architecture architecture = Architecture.parse(text + ",classes=5,resolution=" + side);
    check(name, side, architecture, new EagerKernels());
    check(name, side, architecture, ScriptedKernels.float32());
  }

  @ParameterizedTest
  @CsvSource({
    "mobilenet_v3_small, 45, mobilenet_v3_small",
    "mobilenet_v3_large, 45, mobilenet_v3_large",
    "shufflenet_v2_x0_5, 45, shufflenet_v2_x0_5",
    "shufflenet-cifar, 20, shufflenet_v2_x0_5-cifar10"
  })
  void logitsAreThoseOfTorchvision(String name, int side, String model) throws IOException {
    Architecture architecture = Architecture.parse(
            Objects.requireNonNull(Families.models().get(model)))
        .with("classes", Value.of(5))
        .with("resolution", Value.of(side));
    check(name, side, architecture, new EagerKernels());
    check(name, side, architecture, ScriptedKernels.float32());
  }

  private static void check(String name, int side, Architecture architecture, Kernels kernels)
      throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Autograd off = Autograd.off()) {
      Weights weights = FormulaWeights.of(architecture, manager);
      float[] logits = Network.of(architecture, kernels)
          .forward(weights, FormulaWeights.pixels(manager, 2, 3, side), Request.LOGITS)
          .requireLogits()
          .toFloatArray();
      assertLogits(expected().get(name), logits, 5);
    }
  }
}
