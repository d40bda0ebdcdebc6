package dev.retort.benchmark.experiment;

import dev.retort.data.image.Raster;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** What spoils photos of roads. Strengths are ours. */
enum PhotoNoise {
  /** One pixel of twenty is black. */
  PEPPER,
  /** One pixel of twenty is white. */
  SALT,
  /** Dark strokes that are no cracks: walks at random, a pixel wide. */
  STROKES,
  /** A Gaussian of 1.5 pixels. */
  BLUR;

  private static final double SHARE = 0.05;
  private static final int STROKES_AN_IMAGE = 4;
  private static final int DARK = 50;
  private static final double DEVIATION = 1.5;
  private static final int REACH = 4;

  /** The measure of the overlap under it, and how file names and tables call it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** A spoilt copy. */
  Raster of(Raster image, RandomGenerator random) {
    return switch (this) {
      case PEPPER -> specks(image, (byte) 0, random);
      case SALT -> specks(image, (byte) 255, random);
      case STROKES -> strokes(image, random);
      case BLUR -> blurred(blurred(image, 1, 0), 0, 1);
    };
  }

  private static Raster specks(Raster image, byte value, RandomGenerator random) {
    byte[] pixels = image.pixels().clone();
    int area = image.height() * image.width();
    for (int at = 0; at < area; at++) {
      if (random.nextDouble() < SHARE) {
        paint(pixels, area, at, value);
      }
    }
    return new Raster(image.planes(), image.height(), image.width(), pixels);
  }

  private static Raster strokes(Raster image, RandomGenerator random) {
    byte[] pixels = image.pixels().clone();
    int area = image.height() * image.width();
    for (int stroke = 0; stroke < STROKES_AN_IMAGE; stroke++) {
      double row = random.nextDouble() * image.height();
      double column = random.nextDouble() * image.width();
      double way = random.nextDouble() * 2 * Math.PI;
      for (int step = 0; step < image.width() / 2; step++) {
        int y = (int) row;
        int x = (int) column;
        if (y >= 0 && x >= 0 && y < image.height() && x < image.width()) {
          paint(pixels, area, y * image.width() + x, (byte) DARK);
        }
        way += random.nextGaussian() / REACH;
        row += Math.sin(way);
        column += Math.cos(way);
      }
    }
    return new Raster(image.planes(), image.height(), image.width(), pixels);
  }

  private static void paint(byte[] pixels, int area, int at, byte value) {
    for (int i = at; i < pixels.length; i += area) {
      pixels[i] = value;
    }
  }

  /** Along one axis; the edge goes on outside. */
  private static Raster blurred(Raster image, int down, int right) {
    byte[] pixels = new byte[image.pixels().length];
    int at = 0;
    for (int plane = 0; plane < image.planes(); plane++) {
      for (int row = 0; row < image.height(); row++) {
        for (int column = 0; column < image.width(); column++) {
          double sum = 0;
          double weights = 0;
          for (int step = -REACH; step <= REACH; step++) {
            double weight = Math.exp(-step * step / (2 * DEVIATION * DEVIATION));
            int y = Math.max(0, Math.min(image.height() - 1, row + step * down));
            int x = Math.max(0, Math.min(image.width() - 1, column + step * right));
            sum += weight * image.at(plane, y, x);
            weights += weight;
          }
          pixels[at++] = (byte) Math.round(sum / weights);
        }
      }
    }
    return new Raster(image.planes(), image.height(), image.width(), pixels);
  }
}
