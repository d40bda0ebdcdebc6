package dev.retort.data.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes PNG and JPEG with the JDK's ImageIO, in memory and never through its cache on disk.
 *
 * <p>Grey gives one plane, all else three. As Pillow does it: colour profiles, gamma and EXIF's
 * orientation are not applied, transparency is dropped, of 16 bits the upper 8 are kept. JPEG of
 * four colours is refused.
 */
final class ImageDecoder {
  /** The longest file that is decoded, in bytes. */
  static final int LONGEST_FILE = 1 << 27;

  private ImageDecoder() {}

  /**
   * Decodes a file.
   *
   * @throws dev.retort.space.UserException if it is missing, broken, too large or of a kind that is
   *     not read, with its name
   */
  static Raster decode(Path file) {
    return decode(file, ImageDecoder::colors);
  }

  /**
   * Decodes an image whose numbers are indices and not colours: those of a palette, or grey, 0 or 1
   * where it has one bit.
   *
   * @throws dev.retort.space.UserException as {@link #decode}, and if it has several colours
   */
  static Raster indices(Path file) {
    return decode(file, image -> {
      if (image.getRaster().getNumBands() > 1) {
        throw new IOException("it has colours where a palette or grey is expected");
      }
      return image.getColorModel() instanceof IndexColorModel
          ? samples(image.getRaster(), 1, 8)
          : colors(image);
    });
  }

  /** Takes the numbers from a decoded image. */
  private interface Reading {
    Raster of(BufferedImage image) throws IOException;
  }

  private static Raster decode(Path file, Reading reading) {
    byte[] bytes = BinaryFile.bytes(file, LONGEST_FILE);
    ImageHeader header = ImageHeader.read(file, bytes);
    ImageReader reader = ImageIO.getImageReadersByFormatName(header.format()).next();
    List<String> warnings = new ArrayList<>();
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      reader.setInput(in, true, true);
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      BufferedImage image = reader.read(0);
      for (String each : warnings) {
        if (broken(each)) {
          throw new IOException(each);
        }
      }
      return reading.of(image);
    } catch (IOException | RuntimeException e) {
      // What a decoder throws on a hostile file is any of the JDK's exceptions.
      throw BinaryFile.wrong(
          file,
          "is a broken " + header.format().toUpperCase(Locale.ROOT) + " (" + e.getMessage()
              + "). Fetch it again or take it out.",
          e);
    } finally {
      reader.dispose();
    }
  }

  /** Whether pixels are made up; bytes that stand between segments harm nothing. */
  private static boolean broken(String warning) {
    return (warning.contains("Corrupt") && !warning.contains("extraneous"))
        || warning.contains("Premature");
  }

  private static Raster colors(BufferedImage image) throws IOException {
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return ofPalette(image.getRaster(), palette);
    }
    WritableRaster raster = image.getRaster();
    int bands = raster.getNumBands();
    int bits = raster.getSampleModel().getSampleSize(0);
    if (bands > 4 || (bits != 8 && bits != 16)) {
      throw new IOException(bands + " colours of " + bits + " bits");
    }
    return samples(raster, bands < 3 ? 1 : 3, bits);
  }

  private static Raster samples(WritableRaster raster, int planes, int bits) {
    int height = raster.getHeight();
    int width = raster.getWidth();
    byte[] pixels = new byte[planes * height * width];
    int[] line = new int[width];
    for (int plane = 0; plane < planes; plane++) {
      for (int row = 0; row < height; row++) {
        raster.getSamples(0, row, width, 1, plane, line);
        int from = (plane * height + row) * width;
        for (int i = 0; i < width; i++) {
          pixels[from + i] = (byte) (line[i] >> (bits - 8));
        }
      }
    }
    return new Raster(planes, height, width, pixels);
  }

  /** Also grey of 1, 2 or 4 bits, whose palette is grey. */
  private static Raster ofPalette(WritableRaster raster, IndexColorModel palette) {
    boolean grey = true;
    for (int i = 0; i < palette.getMapSize(); i++) {
      grey &= palette.getRed(i) == palette.getGreen(i) && palette.getRed(i) == palette.getBlue(i);
    }
    int planes = grey ? 1 : 3;
    int height = raster.getHeight();
    int width = raster.getWidth();
    int area = height * width;
    byte[] pixels = new byte[planes * area];
    byte[] indices = samples(raster, 1, 8).pixels();
    for (int i = 0; i < area; i++) {
      int index = indices[i] & 0xFF;
      pixels[i] = (byte) palette.getRed(index);
      if (!grey) {
        pixels[area + i] = (byte) palette.getGreen(index);
        pixels[2 * area + i] = (byte) palette.getBlue(index);
      }
    }
    return new Raster(planes, height, width, pixels);
  }
}
