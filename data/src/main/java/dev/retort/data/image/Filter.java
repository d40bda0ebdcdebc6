package dev.retort.data.image;

/** How pixels are weighted when an image is resized: the filters of Pillow, under its numbers. */
public enum Filter {
  /** The nearest pixel. */
  NEAREST(0, 0),
  /** Three lobes of sinc: the sharpest. */
  LANCZOS(1, 3),
  /** A triangle. */
  BILINEAR(2, 1),
  /** Keys' cubic with a = -1/2. */
  BICUBIC(3, 2),
  /** The mean over a box. */
  BOX(4, 0.5),
  /** A Hamming window of one lobe. */
  HAMMING(5, 1);

  private final int number;
  private final double support;

  Filter(int number, double support) {
    this.number = number;
    this.support = support;
  }

  /** The number in Pillow and in Hugging Face's {@code resample}. */
  public int number() {
    return number;
  }

  /** How far it reaches to either side, in pixels of the smaller image. */
  double support() {
    return support;
  }

  /** The weight at a distance. */
  double weight(double distance) {
    double x = Math.abs(distance);
    return switch (this) {
      case NEAREST, BOX -> distance > -0.5 && distance <= 0.5 ? 1 : 0;
      case BILINEAR -> x < 1 ? 1 - x : 0;
      case HAMMING -> x < 1 ? sinc(x) * (0.54 + 0.46 * Math.cos(Math.PI * x)) : 0;
      case BICUBIC -> cubic(x);
      case LANCZOS -> distance >= -3 && distance < 3 ? sinc(x) * sinc(x / 3) : 0;
    };
  }

  private static double cubic(double x) {
    double a = -0.5;
    if (x < 1) {
      return ((a + 2) * x - (a + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
  }

  private static double sinc(double x) {
    double angle = Math.PI * x;
    return x == 0 ? 1 : Math.sin(angle) / angle;
  }
}
