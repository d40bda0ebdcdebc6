package dev.retort.data.image;

import com.google.common.collect.ImmutableList;
import dev.retort.data.TextLines;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The binary records of CIFAR (Krizhevsky, 2009): the label bytes, then 32 x 32 bytes each of red,
 * green and blue. CIFAR-100 has two label bytes, the coarse class and the fine one, which is read.
 *
 * @param labelBytes 1 or 2
 * @param classes number of classes of the last label byte
 */
record CifarFormat(int labelBytes, int classes) {
  /** CIFAR-10. */
  static final CifarFormat CIFAR_10 = new CifarFormat(1, 10);

  /** CIFAR-100 by its fine classes. */
  static final CifarFormat CIFAR_100 = new CifarFormat(2, 100);

  /** Rows and columns. */
  static final int SIDE = 32;

  private static final int PIXELS = 3 * SIDE * SIDE;

  /** The coarse classes of CIFAR-100. */
  private static final int COARSE = 20;

  int recordLength() {
    return labelBytes + PIXELS;
  }

  /**
   * Reads files into memory, one after the other, each plain or gzip.
   *
   * @throws UserException if one has no whole number of records, or a label out of range
   */
  PackedImages pack(ImmutableList<Path> files) {
    byte[] pixels = new byte[0];
    int[] categories = new int[0];
    for (Path file : files) {
      byte[] records = BinaryFile.bytes(file, BinaryFile.LARGEST);
      int count = count(file, records.length);
      int before = categories.length;
      if ((long) (before + count) * PIXELS > BinaryFile.LARGEST) {
        throw TextLines.wrong(
            file,
            "with the files before it holds more than " + BinaryFile.LARGEST / PIXELS
                + " images, too many for memory. Unpack the files.");
      }
      pixels = Arrays.copyOf(pixels, (before + count) * PIXELS);
      categories = Arrays.copyOf(categories, before + count);
      for (int i = 0; i < count; i++) {
        int at = i * recordLength();
        categories[before + i] =
            category(file, i, Arrays.copyOfRange(records, at, at + labelBytes));
        System.arraycopy(records, at + labelBytes, pixels, (before + i) * PIXELS, PIXELS);
      }
    }
    String name = files.size() == 1 ? files.get(0).toString() : files.get(0) + " and following";
    return new PackedImages(name, 3, SIDE, SIDE, pixels, categories, classes);
  }

  /**
   * Leaves the pixels of plain files where they are and reads only the labels.
   *
   * @throws UserException as {@link #pack}
   */
  RecordFiles stream(ImmutableList<Path> files) {
    return new RecordFiles(files, this);
  }

  /** The number of records of a file. */
  int count(Path file, long length) {
    if (length == 0) {
      throw TextLines.wrong(file, "is empty. At least one record is needed.");
    }
    if (length % recordLength() != 0 || length / recordLength() > Integer.MAX_VALUE / PIXELS) {
      throw TextLines.wrong(
          file,
          "has " + length + " bytes unpacked, no whole number of records of " + recordLength()
              + " (" + labelBytes + " of labels and 3 x 32 x 32 of pixels). Is it a binary file of"
              + " CIFAR-" + classes + ", and whole?");
    }
    return (int) (length / recordLength());
  }

  /** The class of a record. */
  int category(Path file, int index, byte[] labels) {
    int fine = labels[labelBytes - 1] & 0xFF;
    int coarse = labels[0] & 0xFF;
    if (fine >= classes || (labelBytes == 2 && coarse >= COARSE)) {
      throw TextLines.wrong(
          file,
          "record " + index + " has the label " + (fine >= classes ? fine : coarse)
              + " where 0 to " + ((fine >= classes ? classes : COARSE) - 1)
              + " are allowed. Is it a binary file of CIFAR-" + classes + "?");
    }
    return fine;
  }

  /** The length of a file on disk. */
  static long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw BinaryFile.wrong(file, "cannot be read (" + e.getMessage() + ").", e);
    }
  }

  /** Fills a buffer from a place in a file. */
  static void readFully(FileChannel channel, ByteBuffer to, long position) throws IOException {
    long at = position;
    while (to.hasRemaining()) {
      int count = channel.read(to, at);
      if (count < 0) {
        throw new IOException("it ended early, at byte " + at);
      }
      at += count;
    }
  }
}
