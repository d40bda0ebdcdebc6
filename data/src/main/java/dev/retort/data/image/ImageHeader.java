package dev.retort.data.image;

import dev.retort.data.TextLines;
import dev.retort.space.UserException;
import java.nio.file.Path;

/**
 * What the header of an image file says, read without decoding, and checked to be whole.
 *
 * @param format {@code png} or {@code jpeg}
 * @param width columns
 * @param height rows
 */
record ImageHeader(String format, int width, int height) {
  /** The most pixels of an image that is decoded. */
  static final long MOST_PIXELS = 1 << 25;

  /** The most pixels of a byte of PNG: deflate packs 1032 to 1, and a pixel has a bit. */
  private static final long PNG_DENSITY = 1032 * 8;

  /** More pixels than a byte of JPEG can hold: each 8 x 8 of them takes a bit or more. */
  private static final long JPEG_DENSITY = 1024;

  /**
   * Reads the header of a file and walks to the file's end.
   *
   * @throws UserException if it is no PNG or JPEG, is cut off, says more than is decoded, or is of
   *     a kind that is not read
   */
  static ImageHeader read(Path file, byte[] bytes) {
    ImageHeader header;
    if (PngHeader.matches(bytes)) {
      header = new PngHeader(file, bytes).read();
    } else if (JpegHeader.matches(bytes)) {
      header = new JpegHeader(file, bytes).read();
    } else {
      throw TextLines.wrong(
          file, "is no PNG and no JPEG by its first bytes. Convert it to one of these.");
    }
    long density = header.format.equals("png") ? PNG_DENSITY : JPEG_DENSITY;
    if ((long) header.width * header.height > density * bytes.length) {
      throw TextLines.wrong(
          file,
          "says in its header that it is "
              + header.width
              + " x "
              + header.height
              + ", more pixels than its "
              + bytes.length
              + " bytes can hold. Take it out.");
    }
    return header;
  }

  static ImageHeader checked(Path file, String format, long width, long height) {
    if (width < 1 || height < 1) {
      throw TextLines.wrong(
          file, "says in its header that it is " + width + " x " + height + ". Take it out.");
    }
    // Both are below 2^32, so that the quotient is safe where the product is not.
    if (width > MOST_PIXELS / height) {
      throw TextLines.wrong(
          file,
          "says in its header that it is " + width + " x " + height + ", more than " + MOST_PIXELS
              + " pixels. Scale it down or take it out.");
    }
    return new ImageHeader(format, (int) width, (int) height);
  }
}
