package dev.retort.data.image;

import java.util.Arrays;

/**
 * Resizes images as Pillow does ({@code src/libImaging/Resample.c}), to the byte: rows, then
 * columns, the filter widened by the reduction (antialias), weights of 22 bits, and bytes in
 * between.
 */
final class Resampling {
  private static final int BITS = 32 - 8 - 2;

  private Resampling() {}

  /** For each place of the result: where its pixels begin, how many they are, their weights. */
  private record Weights(int[] from, int[] count, int[] weights, int stride) {
    static Weights of(int in, int out, Filter filter) {
      double scale = (double) in / out;
      double widened = Math.max(1, scale);
      double support = filter.support() * widened;
      int stride = (int) Math.ceil(support) * 2 + 1;
      Weights result = new Weights(new int[out], new int[out], new int[out * stride], stride);
      double[] row = new double[stride];
      for (int i = 0; i < out; i++) {
        double center = (i + 0.5) * scale;
        int from = Math.max(0, (int) (center - support + 0.5));
        int count = Math.min(in, (int) (center + support + 0.5)) - from;
        double sum = 0;
        for (int k = 0; k < count; k++) {
          row[k] = filter.weight((k + from - center + 0.5) / widened);
          sum += row[k];
        }
        for (int k = 0; k < count; k++) {
          double share = (sum == 0 ? row[k] : row[k] / sum) * (1 << BITS);
          result.weights[i * stride + k] = (int) (share < 0 ? share - 0.5 : share + 0.5);
        }
        result.from[i] = from;
        result.count[i] = count;
      }
      return result;
    }
  }

  /** The image in another size. */
  static Raster resize(Raster image, int height, int width, Filter filter) {
    if (filter == Filter.NEAREST) {
      return nearest(image, height, width);
    }
    Raster wide = image.width() == width ? image : rows(image, width, filter);
    return image.height() == height ? wide : columns(wide, height, filter);
  }

  private static Raster rows(Raster image, int width, Filter filter) {
    Weights weights = Weights.of(image.width(), width, filter);
    int rows = image.planes() * image.height();
    byte[] in = image.pixels();
    byte[] out = new byte[rows * width];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        int sum = 1 << (BITS - 1);
        int at = row * image.width() + weights.from[i];
        for (int k = 0; k < weights.count[i]; k++) {
          sum += (in[at + k] & 0xFF) * weights.weights[i * weights.stride + k];
        }
        out[row * width + i] = clip(sum >> BITS);
      }
    }
    return new Raster(image.planes(), image.height(), width, out);
  }

  private static Raster columns(Raster image, int height, Filter filter) {
    Weights weights = Weights.of(image.height(), height, filter);
    int width = image.width();
    byte[] in = image.pixels();
    byte[] out = new byte[image.planes() * height * width];
    int[] sums = new int[width];
    for (int plane = 0; plane < image.planes(); plane++) {
      for (int i = 0; i < height; i++) {
        Arrays.fill(sums, 1 << (BITS - 1));
        for (int k = 0; k < weights.count[i]; k++) {
          int weight = weights.weights[i * weights.stride + k];
          int at = (plane * image.height() + weights.from[i] + k) * width;
          for (int column = 0; column < width; column++) {
            sums[column] += (in[at + column] & 0xFF) * weight;
          }
        }
        int to = (plane * height + i) * width;
        for (int column = 0; column < width; column++) {
          out[to + column] = clip(sums[column] >> BITS);
        }
      }
    }
    return new Raster(image.planes(), height, width, out);
  }

  private static Raster nearest(Raster image, int height, int width) {
    byte[] out = new byte[image.planes() * height * width];
    double tall = (double) image.height() / height;
    double wide = (double) image.width() / width;
    int to = 0;
    for (int plane = 0; plane < image.planes(); plane++) {
      for (int row = 0; row < height; row++) {
        int from = (plane * image.height() + (int) ((row + 0.5) * tall)) * image.width();
        for (int column = 0; column < width; column++) {
          out[to++] = image.pixels()[from + (int) ((column + 0.5) * wide)];
        }
      }
    }
    return new Raster(image.planes(), height, width, out);
  }

  static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
