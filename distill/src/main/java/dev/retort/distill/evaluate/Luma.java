package dev.retort.distill.evaluate;

import dev.retort.data.Metric;

/**
 * The luma of an image, Y of ITU-R BT.601: 16 for black to 235 for white. H height, W width.
 *
 * @param values row by row [H*W]
 * @param width W
 */
record Luma(double[] values, int width) {
  /** The largest number of 8 bits, which both measures take for the range of Y. */
  static final double PEAK = 255;

  int height() {
    return values.length / width;
  }

  /**
   * The luma of a row of pixels.
   *
   * @param row red, green and blue in [0,1], plane by plane [3*H*W]. What lies outside is clamped,
   *     and the rest rounded to 8 bits, as an image in a file is
   * @param width W; 0: the image is square
   * @param border pixels left out on each side
   */
  static Luma of(Metric metric, float[] row, int width, int border) {
    int pixels = row.length / 3;
    int across = width == 0 ? (int) Math.round(Math.sqrt(pixels)) : width;
    if (row.length % 3 != 0 || pixels % across != 0 || (width == 0 && pixels != across * across)) {
      throw new IllegalArgumentException(metric.key() + " needs red, green and blue of images "
          + (width == 0 ? "that are square" : "(" + width + ") pixels wide") + ", not ("
          + row.length + ") numbers");
    }
    int inner = across - 2 * border;
    int rows = pixels / across - 2 * border;
    if (inner < 1 || rows < 1) {
      throw new IllegalArgumentException(metric.key() + ": a border of (" + border
          + ") leaves nothing of " + pixels / across + " x " + across + " pixels");
    }
    double[] values = new double[inner * rows];
    for (int y = 0; y < rows; y++) {
      for (int x = 0; x < inner; x++) {
        int at = (y + border) * across + x + border;
        values[y * inner + x] = 16
            + (65.481 * bits(row[at])
                    + 128.553 * bits(row[pixels + at])
                    + 24.966 * bits(row[2 * pixels + at]))
                / PEAK;
      }
    }
    return new Luma(values, inner);
  }

  private static double bits(float value) {
    return Math.rint(PEAK * Math.min(1, Math.max(0, (double) value)));
  }

  /** Checks what both measures are told. */
  static void check(Metric metric, int border, int width) {
    if (border < 0 || width < 0) {
      throw new IllegalArgumentException(metric.key() + " needs a border and a width of 0 or more,"
          + " not (" + border + ") and (" + width + ")");
    }
  }
}
