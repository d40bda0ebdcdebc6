package dev.retort.data.image;

import dev.retort.data.TextLines;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * IDX, the format of MNIST (LeCun, Cortes, Burges, 1998): a magic number that tells type and
 * dimensions, the sizes (32 bits, big end first), then bytes. One plane an image.
 */
final class IdxFormat {
  private static final int IMAGES = 0x0803;
  private static final int LABELS = 0x0801;

  private IdxFormat() {}

  /**
   * Reads a file of images and its file of labels, each plain or gzip.
   *
   * @param classes number of classes
   * @throws dev.retort.space.UserException if a file is not what its header says, the two differ
   *     in number, or a label is out of range
   */
  static PackedImages read(Path images, Path labels, int classes) {
    Content pixels = content(images, IMAGES, "images");
    Content indices = content(labels, LABELS, "labels");
    int count = pixels.sizes()[0];
    if (count != indices.sizes()[0]) {
      throw TextLines.wrong(
          labels,
          "has " + indices.sizes()[0] + " labels where " + images + " has " + count
              + " images. The two files must belong together.");
    }
    int[] categories = new int[count];
    for (int i = 0; i < count; i++) {
      categories[i] = indices.bytes()[i] & 0xFF;
      if (categories[i] >= classes) {
        throw TextLines.wrong(
            labels,
            "label " + i + " is " + categories[i] + " where 0 to " + (classes - 1)
                + " are allowed.");
      }
    }
    return new PackedImages(
        images.toString(),
        1,
        pixels.sizes()[1],
        pixels.sizes()[2],
        pixels.bytes(),
        categories,
        classes);
  }

  /** Sizes and bytes of a file. */
  private record Content(int[] sizes, byte[] bytes) {}

  private static Content content(Path file, int magic, String what) {
    return BinaryFile.read(file, in -> content(file, magic, what, in));
  }

  private static Content content(Path file, int magic, String what, InputStream in)
      throws IOException {
    int dimensions = magic & 0xFF;
    ByteBuffer header = ByteBuffer.wrap(in.readNBytes(Integer.BYTES * (1 + dimensions)));
    int found = header.remaining() >= Integer.BYTES ? header.getInt() : -1;
    if (found != magic) {
      throw TextLines.wrong(
          file,
          "is no IDX file of " + what + ": it begins with "
              + (found == -1 ? "less than a number" : Integer.toString(found))
              + " where " + magic + " is expected. Are images and labels mixed up, or is it packed"
              + " and not named .gz?");
    }
    if (header.remaining() < Integer.BYTES * dimensions) {
      throw TextLines.wrong(file, "ends within its header. Fetch it again.");
    }
    int[] sizes = new int[dimensions];
    long length = 1;
    for (int i = 0; i < dimensions; i++) {
      sizes[i] = header.getInt();
      // Each factor is checked before the product, which then cannot overflow.
      if (sizes[i] < 1 || (i > 0 && sizes[i] > Preprocessing.LARGEST)) {
        throw TextLines.wrong(
            file,
            "says in its header that a size is " + sizes[i] + ", where 1 to "
                + (i > 0 ? Preprocessing.LARGEST : BinaryFile.LARGEST) + " is allowed.");
      }
      length *= sizes[i];
    }
    if (length > BinaryFile.LARGEST) {
      throw TextLines.wrong(
          file,
          "says in its header that it has " + length + " bytes of " + what + ", more than "
              + BinaryFile.LARGEST + ". Split it.");
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length || in.read() >= 0) {
      throw TextLines.wrong(
          file,
          "has " + (bytes.length < length ? bytes.length + " bytes" : "more bytes") + " of " + what
              + " where its header says " + length + ". Fetch it again.");
    }
    return new Content(sizes, bytes);
  }
}
