package dev.retort.data.image;

import static dev.retort.data.TestFiles.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.data.TestFiles;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Broken and hostile image files are refused with their names, before much is allocated. */
final class HostileImagesTest {
  private final Path folder;

  HostileImagesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg"})
  void headersOfGiantsAreRefusedBeforeDecoding(String format) throws IOException {
    byte[] bytes = encoded(format, 8, 8);
    int at = format.equals("png") ? 16 : frame(bytes) + 5;
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    if (format.equals("png")) {
      buffer.putInt(at, 50_000).putInt(at + 4, 50_000);
      repairChecksum(bytes);
    } else {
      buffer.putShort(at, (short) 50_000).putShort(at + 2, (short) 50_000);
    }
    refused("giant." + format, bytes, "says in its header that it is 50000 x 50000, more than");
    if (format.equals("png")) {
      buffer.putInt(at, 5_000).putInt(at + 4, 5_000);
      repairChecksum(bytes);
    } else {
      buffer.putShort(at, (short) 5_000).putShort(at + 2, (short) 5_000);
    }
    refused("hollow." + format, bytes, "is 5000 x 5000, more pixels than its");
  }

  @Test
  void headersOfNothingAndOfMoreThanMemoryAreRefused() throws IOException {
    byte[] png = encoded("png", 8, 8);
    ByteBuffer.wrap(png).putInt(16, 0);
    repairChecksum(png);
    refused("none.png", png, "says in its header that it is 0 x 8");
    ByteBuffer.wrap(png).putInt(16, -1).putInt(20, -1);
    repairChecksum(png);
    refused("most.png", png, "4294967295 x 4294967295");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg"})
  void everyTruncationIsRefused(String format) throws IOException {
    byte[] bytes = encoded(format, 20, 12);
    for (int length = 0; length < bytes.length; length += 1 + length / 40) {
      byte[] part = Arrays.copyOf(bytes, length);
      String message = length == 0 || length < (format.equals("png") ? 8 : 3)
          ? "is no PNG and no JPEG"
          : "is cut off after " + length + " bytes";
      refused("part." + format, part, message);
    }
  }

  @Test
  void flippedBitsOfPngAreRefused() throws IOException {
    byte[] bytes = encoded("png", 20, 12);
    long seed = System.nanoTime();
    RandomGenerator random = new RandomStreams(seed).at("flips", 0);
    for (int i = 0; i < 200; i++) {
      byte[] flipped = bytes.clone();
      flipped[8 + random.nextInt(bytes.length - 8)] ^= (byte) (1 << random.nextInt(8));
      Path file = TestFiles.write(folder, "flipped.png", flipped);
      assertRefusedByName(file, seed);
    }
  }

  @Test
  void flippedBitsOfJpegAreRefusedOrDecodedAndNothingElse() throws IOException {
    byte[] bytes = encoded("jpeg", 40, 24);
    long seed = System.nanoTime();
    RandomGenerator random = new RandomStreams(seed).at("flips", 0);
    for (int i = 0; i < 100; i++) {
      byte[] flipped = bytes.clone();
      flipped[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      Path file = TestFiles.write(folder, "flipped.jpg", flipped);
      try {
        assertThat(ImageDecoder.decode(file)).isNotNull();
      } catch (UserException e) {
        assertThat(e).as("seed %d", seed).hasMessageContaining("flipped.jpg");
      }
    }
  }

  @Test
  void shortPixelDataWithRightChecksumsIsRefused() throws IOException {
    byte[] png = encoded("png", 8, 8);
    ByteBuffer.wrap(png).putInt(20, 800);
    repairChecksum(png);
    refused("short.png", png, "is a broken PNG");
  }

  @Test
  void otherKindsAreRefusedEachWithItsMessage() throws IOException {
    byte[] cmyk = Base64.getDecoder().decode(Peer.PILLOW.get("cmyk").asText());
    refused("cmyk.jpg", cmyk, "four colours (CMYK)");
    byte[] jpeg = encoded("jpeg", 8, 8);
    int frame = frame(jpeg);
    byte[] lossless = jpeg.clone();
    lossless[frame + 1] = (byte) 0xC3;
    refused("lossless.jpg", lossless, "lossless, hierarchical or arithmetic coding");
    byte[] deep = jpeg.clone();
    deep[frame + 4] = 12;
    refused("deep.jpg", deep, "12 bits a colour");
    byte[] two = jpeg.clone();
    two[frame + 9] = 2;
    refused("two.jpg", two, "of 2 colours");
    refused("text.jpg", new byte[] {'G', 'I', 'F', '8', '9', 'a'}, "is no PNG and no JPEG");
    refused("empty.png", new byte[0], "is no PNG and no JPEG");
    assertRefused(
        () -> ImageDecoder.decode(folder.resolve("gone.png")), "gone.png", "does not exist");
    assertRefused(() -> ImageDecoder.decode(folder), folder.toString(), "is a folder");
  }

  @Test
  void greyPaletteAndAlphaAreRead() throws IOException {
    for (int type : new int[] {
      BufferedImage.TYPE_BYTE_GRAY,
      BufferedImage.TYPE_BYTE_BINARY,
      BufferedImage.TYPE_BYTE_INDEXED,
      BufferedImage.TYPE_4BYTE_ABGR,
      BufferedImage.TYPE_USHORT_GRAY
    }) {
      BufferedImage image = new BufferedImage(5, 4, type);
      image.setRGB(3, 2, 0xFFFFFFFF);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(image, "png", out);
      Raster read = ImageDecoder.decode(TestFiles.write(folder, "kind.png", out.toByteArray()));
      boolean color =
          type == BufferedImage.TYPE_BYTE_INDEXED || type == BufferedImage.TYPE_4BYTE_ABGR;
      assertThat(read.planes()).as("type %d", type).isEqualTo(color ? 3 : 1);
      assertThat(read.at(0, 2, 3)).isEqualTo(255);
      assertThat(Peer.sum(read)).isEqualTo(255L * read.planes());
    }
  }

  private void refused(String name, byte[] bytes, String message) throws IOException {
    Path file = TestFiles.write(folder, name, bytes);
    assertRefused(() -> ImageDecoder.decode(file), name, message);
  }

  private static void assertRefusedByName(Path file, long seed) {
    try {
      ImageDecoder.decode(file);
    } catch (UserException e) {
      assertThat(e).hasMessageStartingWith(file.toString());
      return;
    }
    throw new AssertionError("read a broken file (seed " + seed + ")");
  }

  static byte[] encoded(String format, int width, int height) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, i * 7919);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(image, format, out);
    return out.toByteArray();
  }

  /** Where the frame's marker of a baseline JPEG stands. */
  private static int frame(byte[] jpeg) {
    for (int i = 0; i < jpeg.length; i++) {
      if ((jpeg[i] & 0xFF) == 0xFF && (jpeg[i + 1] & 0xFF) == 0xC0) {
        return i;
      }
    }
    throw new AssertionError("no frame");
  }

  private static void repairChecksum(byte[] png) {
    CRC32 sum = new CRC32();
    sum.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) sum.getValue());
  }
}
