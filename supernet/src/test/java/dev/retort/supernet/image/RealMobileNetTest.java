package dev.retort.supernet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.SafetensorsFile;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * MobileNetV2 1.0/224 and MobileNetV1 0.25/128 as trained on ImageNet, batch normalisation folded
 * in, against PyTorch on the same float16 weights (src/test/scripts/mobile_expected.py).
 */
final class RealMobileNetTest {
  private static final Path FOLDER = Path.of(System.getProperty("retort.root"))
      .resolve("../shared/data/imagenet-mobilenet")
      .normalize();
  private static final String FOLDED = "norm=folded,padding=same,classes=1001";

  @Test
  void realMobileNetV2GivesItsLogits() throws IOException {
    assertThat(check(
            "mobilenet_v2_1.0_224",
            "mobilenet-v2:" + FOLDED,
            "real-v2",
            RealMobileNetTest::torchvision,
            224))
        .isEqualTo(106);
  }

  @Test
  void realMobileNetV1GivesItsLogits() throws IOException {
    assertThat(check(
            "mobilenet_v1_0.25_128",
            "mobilenet-v1:multiplier=0.25,resolution=128," + FOLDED,
            "real-v1",
            RealMobileNetTest::numbered,
            128))
        .isEqualTo(56);
  }

  private static int check(
      String file, String text, String name, UnaryOperator<String> names, int side)
      throws IOException {
    Path path = FOLDER.resolve(file + ".safetensors");
    assumeThat(path).as("skipped: the weights are not on this machine").exists();
    Architecture architecture = Architecture.parse(text);
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Autograd off = Autograd.off()) {
      SafetensorsFile stored = SafetensorsFile.open(path);
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      for (TensorSpec spec : architecture.blueprint().tensors()) {
        tensors.put(spec.name(), stored.load(manager, names.apply(spec.name())));
      }
      Weights weights = Weights.of(architecture, tensors);
      ImageBatch pixels = FormulaWeights.pixels(manager, 1, 3, side);
      float[] logits = Network.of(architecture, new EagerKernels())
          .forward(weights, pixels, Request.LOGITS)
          .requireLogits()
          .toFloatArray();
      MobileForwardTest.assertLogits(MobileForwardTest.expected().get(name), logits, 1001);
      return tensors.size();
    }
  }

  /** The names of MobileNetV2's file: torchvision's. */
  private static String torchvision(String name) {
    String plain = name.replace("mobilenet_v2.", "").replace("convolution.", "");
    if (plain.startsWith("layer.")) {
      int dot = plain.indexOf('.', "layer.".length());
      int layer = Integer.parseInt(plain.substring("layer.".length(), dot));
      plain = "features." + (layer + 2) + plain.substring(dot);
    }
    return plain
        .replace("conv_stem.first_conv", "features.0.0")
        .replace("conv_stem.conv_3x3", "features.1.conv.0.0")
        .replace("conv_stem.reduce_1x1", "features.1.conv.1")
        .replace("expand_1x1", "conv.0.0")
        .replace("conv_3x3", "conv.1.0")
        .replace("reduce_1x1", "conv.2")
        .replace("conv_1x1", "features.18.0")
        .replace("classifier", "classifier.1");
  }

  /** The names of MobileNetV1's file. */
  private static String numbered(String name) {
    String plain = name.replace("mobilenet_v1.", "").replace("convolution.", "");
    if (!plain.startsWith("layer.")) {
      return plain.replace("conv_stem", "conv0");
    }
    int dot = plain.indexOf('.', "layer.".length());
    int layer = Integer.parseInt(plain.substring("layer.".length(), dot));
    return "block" + (layer / 2 + 1) + (layer % 2 == 0 ? ".depthwise" : ".pointwise")
        + plain.substring(dot);
  }
}
