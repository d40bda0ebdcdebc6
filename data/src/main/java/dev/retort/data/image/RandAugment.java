package dev.retort.data.image;

import java.util.random.RandomGenerator;

/**
 * RandAugment (Cubuk et al., NeurIPS 2020) with the operations and strengths of torchvision's
 * RandAugment and the bytes of Pillow's operations: each time one of fourteen, with even chances.
 */
final class RandAugment {
  /** The largest magnitude. */
  static final double MOST = 30;

  private RandAugment() {}

  /** What may be done. */
  enum Kind {
    IDENTITY,
    SHEAR_X,
    SHEAR_Y,
    TRANSLATE_X,
    TRANSLATE_Y,
    ROTATE,
    BRIGHTNESS,
    COLOR,
    CONTRAST,
    SHARPNESS,
    POSTERIZE,
    SOLARIZE,
    AUTOCONTRAST,
    EQUALIZE
  }

  private static final Kind[] KINDS = Kind.values();

  static Raster apply(Raster image, int count, double magnitude, RandomGenerator random) {
    Raster result = image;
    for (int i = 0; i < count; i++) {
      Kind kind = KINDS[random.nextInt(KINDS.length)];
      double sign = random.nextBoolean() ? 1 : -1;
      result = apply(result, kind, magnitude / MOST, sign);
    }
    return result;
  }

  /**
   * One operation.
   *
   * @param share how strong, 0 to 1
   * @param sign to which side, -1 or 1, where it has two
   */
  static Raster apply(Raster image, Kind kind, double share, double sign) {
    return switch (kind) {
      case IDENTITY -> image;
      case SHEAR_X -> Affine.shear(image, 0.3 * share * sign, 0);
      case SHEAR_Y -> Affine.shear(image, 0, 0.3 * share * sign);
      case TRANSLATE_X ->
        image.window(
            0, -(int) (150.0 / 331 * image.width() * share * sign), image.height(), image.width());
      case TRANSLATE_Y ->
        image.window(
            -(int) (150.0 / 331 * image.height() * share * sign), 0, image.height(), image.width());
      case ROTATE -> Affine.rotate(image, 30 * share * sign);
      case BRIGHTNESS -> Tones.brightness(image, (float) (1 + 0.9 * share * sign));
      case COLOR -> Tones.color(image, (float) (1 + 0.9 * share * sign));
      case CONTRAST -> Tones.contrast(image, (float) (1 + 0.9 * share * sign));
      case SHARPNESS -> Tones.sharpness(image, (float) (1 + 0.9 * share * sign));
      case POSTERIZE -> Tones.posterize(image, 8 - (int) Math.rint(4 * share));
      case SOLARIZE -> Tones.solarize(image, 255 * (1 - share));
      case AUTOCONTRAST -> Tones.autocontrast(image);
      case EQUALIZE -> Tones.equalize(image);
    };
  }
}
