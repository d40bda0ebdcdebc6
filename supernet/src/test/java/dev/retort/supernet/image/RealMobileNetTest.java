package dev.retort.supernet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.WeightFile;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
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
    assertThat(check("mobilenet_v2_1.0_224", "mobilenet-v2:" + FOLDED, "real-v2", 224))
        .isEqualTo(106);
  }

  @Test
  void realMobileNetV1GivesItsLogits() throws IOException {
    assertThat(check(
            "mobilenet_v1_0.25_128",
            "mobilenet-v1:multiplier=0.25,resolution=128," + FOLDED,
            "real-v1",
            128))
        .isEqualTo(56);
  }

  /**
   * The first photo's middle, 0.875 of its short side, which is 224 pixels. The figures were made
   * with another decoder of JPEG files, which PyTorch differs from by 0.02 on the same photo.
   */
  @Test
  void realMobileNetV2KnowsTheFirstPhoto() throws IOException {
    Path photo = FOLDER.resolve("../imagenet-photos/images/n01484850.jpg").normalize();
    assumeThat(photo).as("skipped: the photo is not on this machine").exists();
    BufferedImage image = ImageIO.read(photo.toFile());
    int side = 224;
    int left = (image.getWidth() - side) / 2;
    int top = (image.getHeight() - side) / 2;
    float[] pixels = new float[3 * side * side];
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        int rgb = image.getRGB(left + x, top + y);
        for (int plane = 0; plane < 3; plane++) {
          int level = rgb >> (16 - 8 * plane) & 0xff;
          pixels[(plane * side + y) * side + x] = level / 128f - 1;
        }
      }
    }
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Autograd off = Autograd.off()) {
      Weights weights = WeightFile.read(FOLDER.resolve("mobilenet_v2_1.0_224.safetensors"), manager)
          .weights();
      NDArray logits = Network.of(weights.architecture(), new EagerKernels())
          .forward(
              weights,
              ResNetSamples.batch(manager.create(pixels, new Shape(1, 3, side, side))),
              Request.LOGITS)
          .requireLogits();
      JsonNode top3 = new ObjectMapper()
          .readTree(FOLDER.resolve("expected-outputs.json").toFile())
          .at("/models/mobilenet_v2_1.0_224/first_photo_top3");
      assertThat(logits.argMax().getLong()).isEqualTo(top3.get(0).get(0).asLong());
      for (JsonNode each : top3) {
        assertThat((double) logits.toFloatArray()[each.get(0).asInt()])
            .isCloseTo(each.get(1).asDouble(), Offset.offset(0.05));
      }
    }
  }

  private static int check(String file, String text, String name, int side) throws IOException {
    Path path = FOLDER.resolve(file + ".safetensors");
    assumeThat(path).as("skipped: the weights are not on this machine").exists();
    Architecture architecture = Architecture.parse(text);
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        Autograd off = Autograd.off()) {
      Weights weights = WeightFile.read(path, manager).weights();
      // Planes were read from the file; the multiplier gives the same.
      assertThat(weights.architecture().blueprint().operations())
          .isEqualTo(architecture.blueprint().operations());
      ImageBatch pixels = FormulaWeights.pixels(manager, 1, 3, side);
      float[] logits = Network.of(weights.architecture(), new EagerKernels())
          .forward(weights, pixels, Request.LOGITS)
          .requireLogits()
          .toFloatArray();
      MobileForwardTest.assertLogits(MobileForwardTest.expected().get(name), logits, 1001);
      return weights.tensors().size();
    }
  }
}
