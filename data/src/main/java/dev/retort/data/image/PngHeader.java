package dev.retort.data.image;

import dev.retort.data.TextLines;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** Walks the chunks of a PNG file (W3C, Portable Network Graphics, section 5). */
final class PngHeader {
  private static final long SIGNATURE = 0x89504E470D0A1A0AL;

  private final Path file;
  private final ByteBuffer bytes;

  PngHeader(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = ByteBuffer.wrap(bytes);
  }

  static boolean matches(byte[] bytes) {
    return bytes.length >= Long.BYTES && ByteBuffer.wrap(bytes).getLong() == SIGNATURE;
  }

  /** Reads the header; the size is checked before anything else is looked at. */
  ImageHeader read() {
    bytes.position(Long.BYTES);
    ImageHeader header = null;
    boolean data = false;
    while (true) {
      if (bytes.remaining() < 12) {
        throw cutOff();
      }
      int start = bytes.position();
      int length = bytes.getInt();
      byte[] type = new byte[4];
      bytes.get(type);
      String name = new String(type, StandardCharsets.ISO_8859_1);
      if (length < 0 || length > bytes.remaining() - 4) {
        throw cutOff();
      }
      if (header == null) {
        header = header(name, length);
      }
      checkSum(start, length, name);
      data |= name.equals("IDAT");
      bytes.position(start + 12 + length);
      if (name.equals("IEND")) {
        return whole(header, data);
      }
    }
  }

  private ImageHeader header(String name, int length) {
    if (!name.equals("IHDR") || length != 13) {
      throw TextLines.wrong(
          file, "is a broken PNG: it does not begin with a header chunk. Fetch it again.");
    }
    return ImageHeader.checked(
        file,
        "png",
        Integer.toUnsignedLong(bytes.getInt()),
        Integer.toUnsignedLong(bytes.getInt()));
  }

  /** The decoder does not look at the sums, so a flipped bit would pass for a pixel. */
  private void checkSum(int start, int length, String name) {
    CRC32 sum = new CRC32();
    sum.update(bytes.array(), start + 4, 4 + length);
    if ((int) sum.getValue() != bytes.getInt(start + 8 + length)) {
      throw TextLines.wrong(
          file,
          "is a broken PNG: the checksum of its chunk '" + printable(name) + "' at byte " + start
              + " is wrong. Fetch it again.");
    }
  }

  private ImageHeader whole(@Nullable ImageHeader header, boolean data) {
    if (header == null || !data) {
      throw TextLines.wrong(file, "is a broken PNG: it has no pixels. Fetch it again.");
    }
    return header;
  }

  private RuntimeException cutOff() {
    return TextLines.wrong(
        file, "is a broken PNG: it is cut off after " + bytes.limit() + " bytes. Fetch it again.");
  }

  private static String printable(String name) {
    return name.replaceAll("[^A-Za-z]", "?");
  }
}
