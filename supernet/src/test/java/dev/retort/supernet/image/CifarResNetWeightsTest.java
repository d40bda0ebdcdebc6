package dev.retort.supernet.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.space.Architecture;
import dev.retort.space.Families;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.WeightFile;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real networks for CIFAR-10 (akamaster/pytorch_resnet_cifar10) on real images. */
final class CifarResNetWeightsTest {
  private static final Offset<Float> TOLERANCE = Offset.offset(1e-4f);
  private static final int PIXELS = 3 * 32 * 32;
  private static final int IMAGES = 50;
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};

  private static Path data() {
    return Path.of(System.getProperty("retort.root")).resolve("../shared/data").normalize();
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet20", "resnet32", "resnet44", "resnet56"})
  void realWeightsGiveTheirExpectedLogits(String name) throws Exception {
    Path folder = data().resolve("cifar10-resnet");
    assumeThat(folder).as("skipped: the weights are not on this machine").exists();
    JsonNode expected = new ObjectMapper()
        .readTree(folder.resolve("expected-outputs.json").toFile())
        .get("models")
        .get(name)
        .get("test_750_first_image_logits");
    Architecture architecture =
        Architecture.parse(requireNonNull(Families.models().get(name + "-cifar10-a")));
    try (NDManager manager = NDManager.newBaseManager();
        Autograd off = Autograd.off()) {
      Weights weights =
          WeightFile.read(folder.resolve(name + ".safetensors"), manager).weights();
      assertThat(weights.architecture()).isEqualTo(architecture);
      int[] labels = new int[IMAGES];
      NDArray pixels = images(manager, data().resolve("cifar10/test_750.bin.gz"), labels);
      NDArray logits = Network.of(architecture, new EagerKernels())
          .forward(weights, ResNetSamples.batch(pixels), Request.LOGITS)
          .requireLogits();
      assertThat(logits.get("0").toFloatArray())
          .containsExactly(new ObjectMapper().convertValue(expected, float[].class), TOLERANCE);
      long[] chosen = logits.argMax(1).toLongArray();
      int correct = 0;
      for (int i = 0; i < IMAGES; i++) {
        correct += chosen[i] == labels[i] ? 1 : 0;
      }
      assertThat(correct).isGreaterThanOrEqualTo(IMAGES * 8 / 10);
    }
  }

  /** The first images of a file in CIFAR-10's binary form, a label and 3072 bytes each. */
  private static NDArray images(NDManager manager, Path file, int[] labels) throws IOException {
    float[] values = new float[IMAGES * PIXELS];
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      for (int image = 0; image < IMAGES; image++) {
        labels[image] = in.read();
        byte[] bytes = in.readNBytes(PIXELS);
        for (int i = 0; i < PIXELS; i++) {
          int plane = i / (32 * 32);
          values[image * PIXELS + i] = ((bytes[i] & 0xFF) / 255f - MEAN[plane]) / DEVIATION[plane];
        }
      }
    }
    return manager.create(values, new Shape(IMAGES, 3, 32, 32));
  }
}
