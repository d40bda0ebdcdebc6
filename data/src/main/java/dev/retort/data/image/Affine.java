package dev.retort.data.image;

/**
 * Rotation and shear as Pillow's affine transform to the nearest pixel: for each pixel of the
 * result, where it comes from, in steps of 1/65536; black where that is outside.
 */
final class Affine {
  private static final int BITS = 16;

  private Affine() {}

  /** Turned around the middle, counter-clockwise for positive angles in degrees. */
  static Raster rotate(Raster image, double degrees) {
    double angle = Math.toRadians(-degrees);
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    double x = image.width() / 2.0;
    double y = image.height() / 2.0;
    return transform(image, cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y);
  }

  /** Slanted, the top left corner staying; positive moves lower rows left, later columns up. */
  static Raster shear(Raster image, double alongX, double alongY) {
    return transform(image, 1, alongX, 0, alongY, 1, 0);
  }

  /** The pixel (x, y) comes from (a x + b y + c, d x + e y + f), both taken at their middles. */
  static Raster transform(
      Raster image, double a, double b, double c, double d, double e, double f) {
    int height = image.height();
    int width = image.width();
    int area = image.area();
    byte[] in = image.pixels();
    byte[] out = new byte[in.length];
    long startX = fixed(c + a * 0.5 + b * 0.5);
    long startY = fixed(f + d * 0.5 + e * 0.5);
    for (int row = 0; row < height; row++) {
      long x = startX + row * fixed(b);
      long y = startY + row * fixed(e);
      for (int column = 0; column < width; column++) {
        long fromX = x >> BITS;
        long fromY = y >> BITS;
        if (fromX >= 0 && fromX < width && fromY >= 0 && fromY < height) {
          int from = (int) (fromY * width + fromX);
          for (int at = row * width + column; at < out.length; at += area, from += area) {
            out[at] = in[from];
          }
        }
        x += fixed(a);
        y += fixed(d);
      }
    }
    return image.of(out);
  }

  private static long fixed(double value) {
    return (long) Math.floor(value * (1 << BITS) + 0.5);
  }
}
