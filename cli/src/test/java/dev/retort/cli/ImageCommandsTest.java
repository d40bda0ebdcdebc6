package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that look at images, by the command: what transformers saved (supernet's resources). */
class ImageCommandsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path MODEL =
      Outcome.root().resolve("supernet/src/test/resources/forward-resnet-basic");
  private static final Path DATA = Outcome.root().resolve("../shared/data").normalize();

  private final Path folder;

  ImageCommandsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** The model with a preparation that changes nothing but the bytes' range. */
  @BeforeEach
  void copyTheModel() throws IOException {
    Files.createDirectories(folder.resolve("model"));
    for (String each : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(MODEL.resolve(each), folder.resolve("model").resolve(each));
    }
    Files.writeString(
        folder.resolve("model/preprocessor_config.json"),
        "{\"image_processor_type\": \"ViTImageProcessor\", \"do_resize\": false, \"image_mean\":"
            + " [0.5, 0.5, 0.5], \"image_std\": [0.5, 0.5, 0.5]}");
  }

  private Outcome forward(Path input) {
    return Outcome.of(
        "forward", folder.resolve("model").toString(), "--input", input.toString(), "--json");
  }

  @Test
  void pixelsOfAFileOfTensorsGiveTheLogitsOfTransformers() {
    Path expected = MODEL.resolve("expected.safetensors");
    Outcome outcome = forward(expected);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    JsonNode answer = outcome.json();
    assertThat(answer.path("pixel_values").path(0)).hasSize(3);
    ObjectNode again = JSON.createObjectNode();
    again.set("pixel_values", answer.path("pixel_values"));
    Path json = folder.resolve("again.json");
    try {
      JSON.writeValue(json.toFile(), again);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(forward(json).json()).isEqualTo(answer);
  }

  private byte[] encoded(String format, int type, int side) throws IOException {
    BufferedImage image = new BufferedImage(side, side, type);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        image.setRGB(x, y, 0xFF000000 | (x * 7 % 256) << 16 | (y * 5 % 256) << 8 | (x + y));
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, out)).isTrue();
    return out.toByteArray();
  }

  private Path file(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  @Test
  void imagesArePreparedAsTheModelsFolderSays() throws IOException {
    Path png = file("images/a.png", encoded("png", BufferedImage.TYPE_INT_RGB, 40));
    ObjectNode pixels = JSON.createObjectNode();
    var planes = pixels.putArray("pixel_values").addArray();
    for (int plane = 0; plane < 3; plane++) {
      var rows = planes.addArray();
      for (int y = 0; y < 40; y++) {
        var row = rows.addArray();
        for (int x = 0; x < 40; x++) {
          int level = plane == 0 ? x * 7 % 256 : plane == 1 ? y * 5 % 256 : x + y;
          row.add((float) ((level / 255.0 - 0.5) / 0.5));
        }
      }
    }
    Path json = folder.resolve("pixels.json");
    JSON.writeValue(json.toFile(), pixels);
    Outcome image = forward(png);
    assertThat(image.code()).as(image.err()).isZero();
    assertThat(image.json().path("files").path(0).textValue()).isEqualTo(png.toString());
    JsonNode logits = forward(json).json().path("logits");
    for (int i = 0; i < 3; i++) {
      assertThat(image.json().path("logits").path(0).path(i).floatValue())
          .isCloseTo(logits.path(0).path(i).floatValue(), within(1e-5f));
    }
    file("images/b.png", encoded("png", BufferedImage.TYPE_4BYTE_ABGR, 40));
    JsonNode both = forward(folder.resolve("images")).json();
    assertThat(both.path("files")).hasSize(2);
    // Transparency is dropped, so that both are the same.
    assertThat(both.path("logits").path(1)).isEqualTo(both.path("logits").path(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "jpeg"})
  void hostileImagesAreRefusedByName(String ending) throws IOException {
    byte[] good = encoded(ending.equals("png") ? "png" : "jpeg", BufferedImage.TYPE_INT_RGB, 40);
    refused("cut." + ending, Arrays.copyOf(good, good.length / 2));
    refused("empty." + ending, new byte[0]);
    refused("text." + ending, "hello".getBytes(StandardCharsets.US_ASCII));
    refused("gif." + ending, encoded("gif", BufferedImage.TYPE_BYTE_INDEXED, 40));
    refused("bmp." + ending, encoded("bmp", BufferedImage.TYPE_INT_RGB, 40));
    byte[] zeros = good.clone();
    Arrays.fill(zeros, good.length / 2, good.length, (byte) 0);
    refused("zeros." + ending, zeros);
    Files.createDirectories(folder.resolve("folder." + ending).resolve("inner.png"));
    assertRefused(folder.resolve("folder." + ending), "inner.png");
    assertRefused(folder.resolve("gone." + ending), "gone." + ending);
  }

  @Test
  void aHeaderOfAHundredThousandPixelsASideIsRefusedByName() throws IOException {
    byte[] giant = encoded("png", BufferedImage.TYPE_INT_RGB, 40);
    ByteBuffer.wrap(giant).putInt(16, 100_000).putInt(20, 100_000);
    CRC32 sum = new CRC32();
    sum.update(giant, 12, 17);
    ByteBuffer.wrap(giant).putInt(29, (int) sum.getValue());
    assertThat(refused("giant.png", giant)).contains("100000 x 100000");
  }

  private String refused(String name, byte[] bytes) throws IOException {
    return assertRefused(file(name, bytes), name);
  }

  /** Alone and among the images of a task. */
  private String assertRefused(Path image, String name) throws IOException {
    Outcome outcome = forward(image);
    assertThat(outcome.code()).as(name).isEqualTo(3);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).startsWith("retort: ").contains(name).doesNotContain("\tat ");
    if (Files.isRegularFile(image)) {
      Path task = folder.resolve("task-" + name);
      for (String category : new String[] {"cat", "dog", "eel"}) {
        Path within = Files.createDirectories(task.resolve("test").resolve(category));
        Files.createDirectories(task.resolve("train").resolve(category));
        Files.copy(image, within.resolve(name));
      }
      Outcome measured = Outcome.of(
          "evaluate",
          folder.resolve("model").toString(),
          "--task",
          "image-folder",
          "--data",
          task.toString());
      assertThat(measured.code()).as(measured.err()).isEqualTo(3);
      assertThat(measured.err()).contains(name).doesNotContain("\tat ");
    }
    return outcome.err();
  }

  @Test
  void whatTheModelCannotTakeIsRefused() throws IOException {
    Path png = file("wide.png", encoded("png", BufferedImage.TYPE_INT_RGB, 40));
    Files.delete(folder.resolve("model/preprocessor_config.json"));
    assertThat(forward(png).err())
        .contains("model: does not say how images become numbers. Add the model's"
            + " preprocessor_config.json");
    Path odd = Files.writeString(
        folder.resolve("odd.json"), "{\"pixel_values\": [[[[1, 2]], [[1, 2]], [[1, 2]]]]}");
    assertThat(forward(odd).err()).contains("images of 1 by 2 pixels; a model takes squares");
    Path gif = file("a.gif", encoded("gif", BufferedImage.TYPE_BYTE_INDEXED, 40));
    copyPreparation();
    assertThat(forward(gif).err()).contains("a.gif: is no image by its name: .png, .jpg and .jpeg");
  }

  private void copyPreparation() throws IOException {
    Files.copy(
        MODEL.resolve("preprocessor_config.json"),
        folder.resolve("model/preprocessor_config.json"));
  }

  /** The figures that the folders' own descriptions have. */
  @ParameterizedTest
  @CsvSource({
    "cifar10-resnet/resnet20, cifar-10, cifar10, 690, 750",
    "imagenet-mobilenet/mobilenet_v1_0.25_128, image-list, imagenet-photos, 89, 200"
  })
  void realNetworksReachTheirAccuracy(
      String model, String task, String data, int correct, int images) {
    Path weights = DATA.resolve(model + ".safetensors");
    assumeThat(weights).as("skipped: the weights are not on this machine").exists();
    Outcome outcome = Outcome.of(
        "evaluate",
        weights.toString(),
        "--task",
        task,
        "--data",
        DATA.resolve(data).toString(),
        "--json");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.json().path("examples").intValue()).isEqualTo(images);
    assertThat(outcome.json().path("metrics").path("accuracy").path("value").doubleValue())
        .isCloseTo((double) correct / images, within(1e-9));
  }
}
