package dev.retort.data.image;

import dev.retort.data.TextLines;
import dev.retort.space.UserException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Walks the segments of a JPEG file (ITU-T T.81, annex B). */
final class JpegHeader {
  private static final int START = 0xD8;
  private static final int END = 0xD9;
  private static final int SCAN = 0xDA;

  private final Path file;
  private final byte[] bytes;
  private int at = 2;

  JpegHeader(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  static boolean matches(byte[] bytes) {
    return bytes.length >= 3
        && (bytes[0] & 0xFF) == 0xFF
        && (bytes[1] & 0xFF) == START
        && (bytes[2] & 0xFF) == 0xFF;
  }

  /** Reads the header and walks over the scans to the end. */
  ImageHeader read() {
    ImageHeader header = null;
    boolean scan = false;
    while (true) {
      int marker = marker();
      if (marker == END) {
        return whole(header, scan);
      }
      if (marker == 0x01 || (marker >= 0xD0 && marker <= START)) {
        continue;
      }
      int length = number(at);
      if (length < 2 || length > bytes.length - at) {
        throw cutOff();
      }
      if (isFrame(marker)) {
        header = frame(marker, length);
      }
      at += length;
      if (marker == SCAN) {
        scan = true;
        skipScan();
      }
    }
  }

  private int marker() {
    if (at + 1 >= bytes.length) {
      throw cutOff();
    }
    if ((bytes[at] & 0xFF) != 0xFF) {
      throw TextLines.wrong(
          file, "is a broken JPEG: no marker stands at byte " + at + ". Fetch it again.");
    }
    while (at < bytes.length && (bytes[at] & 0xFF) == 0xFF) {
      at++;
    }
    if (at >= bytes.length) {
      throw cutOff();
    }
    return bytes[at++] & 0xFF;
  }

  /** C0 to CF are frames but for the tables of Huffman (C4), arithmetic (CC), extensions (C8). */
  private static boolean isFrame(int marker) {
    return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
  }

  private ImageHeader frame(int marker, int length) {
    if (length < 8) {
      throw cutOff();
    }
    int precision = bytes[at + 2] & 0xFF;
    int planes = bytes[at + 7] & 0xFF;
    if (marker > 0xC2) {
      throw unread("lossless, hierarchical or arithmetic coding");
    }
    if (precision != 8) {
      throw unread(precision + " bits a colour");
    }
    if (planes == 4) {
      throw unread("four colours (CMYK)");
    }
    if (planes != 1 && planes != 3) {
      throw unread(planes + " colours");
    }
    return ImageHeader.checked(file, "jpeg", number(at + 5), number(at + 3));
  }

  private void skipScan() {
    while (at + 1 < bytes.length) {
      int next = bytes[at + 1] & 0xFF;
      boolean marker =
          (bytes[at] & 0xFF) == 0xFF && next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7);
      if (marker) {
        return;
      }
      at++;
    }
    throw cutOff();
  }

  private ImageHeader whole(@Nullable ImageHeader header, boolean scan) {
    if (header == null || !scan) {
      throw TextLines.wrong(file, "is a broken JPEG: it has no pixels. Fetch it again.");
    }
    return header;
  }

  private int number(int from) {
    if (from + 1 >= bytes.length) {
      throw cutOff();
    }
    return (bytes[from] & 0xFF) << 8 | bytes[from + 1] & 0xFF;
  }

  private UserException unread(String what) {
    return TextLines.wrong(
        file, "is a JPEG of " + what + ", which is not read. Convert it to 8-bit RGB or grey.");
  }

  private UserException cutOff() {
    return TextLines.wrong(
        file, "is a broken JPEG: it is cut off after " + bytes.length + " bytes. Fetch it again.");
  }
}
