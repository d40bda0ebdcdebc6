package dev.retort.data.image;

import java.util.function.IntUnaryOperator;

/** Changes of tone, to the byte as Pillow's {@code ImageOps} and {@code ImageEnhance}. */
final class Tones {
  private Tones() {}

  /** Each plane stretched from its darkest and brightest byte to 0 and 255. */
  static Raster autocontrast(Raster image) {
    byte[] out = new byte[image.pixels().length];
    for (int plane = 0; plane < image.planes(); plane++) {
      int[] counts = histogram(image, plane);
      int low = 0;
      while (counts[low] == 0) {
        low++;
      }
      int high = 255;
      while (counts[high] == 0) {
        high--;
      }
      double scale = high > low ? 255.0 / (high - low) : 1;
      double offset = high > low ? -low * scale : 0;
      map(image, plane, out, value -> (int) (value * scale + offset));
    }
    return image.of(out);
  }

  /** Each plane's bytes spread so that all are about as frequent. */
  static Raster equalize(Raster image) {
    byte[] out = new byte[image.pixels().length];
    for (int plane = 0; plane < image.planes(); plane++) {
      int[] counts = histogram(image, plane);
      int last = 255;
      while (counts[last] == 0) {
        last--;
      }
      int step = (image.area() - counts[last]) / 255;
      int[] table = new int[256];
      int sum = step / 2;
      for (int i = 0; i < table.length; i++) {
        table[i] = step == 0 ? i : sum / step;
        sum += counts[i];
      }
      map(image, plane, out, value -> table[value]);
    }
    return image.of(out);
  }

  /** Keeps so many of the upper bits, 0 to 8. */
  static Raster posterize(Raster image, int bits) {
    return mapped(image, value -> value & ~((1 << (8 - bits)) - 1));
  }

  /** Inverts what is not darker than the threshold. */
  static Raster solarize(Raster image, double threshold) {
    return mapped(image, value -> value < threshold ? value : 255 - value);
  }

  /** 0 black, 1 as it is, above brighter. */
  static Raster brightness(Raster image, float factor) {
    return mapped(image, value -> blend(0, value, factor));
  }

  /** 0 the mean of the luma, 1 as it is, above harder. */
  static Raster contrast(Raster image, float factor) {
    long sum = 0;
    for (int i = 0; i < image.area(); i++) {
      sum += image.luma(i);
    }
    int mean = (int) ((double) sum / image.area() + 0.5);
    return mapped(image, value -> blend(mean, value, factor));
  }

  /** 0 grey, 1 as it is, above more colourful; grey images stay as they are. */
  static Raster color(Raster image, float factor) {
    byte[] out = new byte[image.pixels().length];
    int area = image.area();
    for (int i = 0; i < area; i++) {
      int grey = image.luma(i);
      for (int at = i; at < out.length; at += area) {
        out[at] = (byte) blend(grey, image.pixels()[at] & 0xFF, factor);
      }
    }
    return image.of(out);
  }

  /** 0 smooth (the mean of 3 x 3, the middle five times), 1 as it is, above sharper. */
  static Raster sharpness(Raster image, float factor) {
    byte[] out = image.pixels().clone();
    for (int plane = 0; plane < image.planes(); plane++) {
      for (int row = 0; row < image.height(); row++) {
        for (int column = 0; column < image.width(); column++) {
          int own = image.at(plane, row, column);
          boolean inside =
              row > 0 && column > 0 && row < image.height() - 1 && column < image.width() - 1;
          int smooth = inside ? smooth(image, plane, row, column) : own;
          out[(plane * image.height() + row) * image.width() + column] =
              (byte) blend(smooth, own, factor);
        }
      }
    }
    return image.of(out);
  }

  private static int smooth(Raster image, int plane, int row, int column) {
    int sum = 4 * image.at(plane, row, column);
    for (int y = row - 1; y <= row + 1; y++) {
      for (int x = column - 1; x <= column + 1; x++) {
        sum += image.at(plane, y, x);
      }
    }
    return (2 * sum + 13) / 26;
  }

  private static int blend(int from, int to, float factor) {
    float value = from + factor * (to - from);
    return value <= 0 ? 0 : value >= 255 ? 255 : (int) value;
  }

  private static Raster mapped(Raster image, IntUnaryOperator change) {
    byte[] out = new byte[image.pixels().length];
    for (int plane = 0; plane < image.planes(); plane++) {
      map(image, plane, out, change);
    }
    return image.of(out);
  }

  private static void map(Raster image, int plane, byte[] out, IntUnaryOperator change) {
    byte[] table = new byte[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = Resampling.clip(change.applyAsInt(i));
    }
    int end = (plane + 1) * image.area();
    for (int i = plane * image.area(); i < end; i++) {
      out[i] = table[image.pixels()[i] & 0xFF];
    }
  }

  private static int[] histogram(Raster image, int plane) {
    int[] counts = new int[256];
    int end = (plane + 1) * image.area();
    for (int i = plane * image.area(); i < end; i++) {
      counts[image.pixels()[i] & 0xFF]++;
    }
    return counts;
  }
}
