package dev.retort.data.image;

import dev.retort.data.Draw;
import java.nio.FloatBuffer;
import java.util.random.RandomGenerator;

/**
 * Random erasing (Zhong et al., AAAI 2020; torchvision's values): a rectangle of 2 to 33 % of the
 * area, sides 3:10 to 10:3, becomes 0 after scaling, which is the mean.
 */
final class RandomErasing {
  private static final double LEAST_AREA = 0.02;
  private static final double MOST_AREA = 0.33;
  private static final double MOST_RATIO = 10 / 3.0;
  private static final int ATTEMPTS = 10;

  private RandomErasing() {}

  /** Erases in place, or not, as the draw has it. */
  static void apply(
      Augmentation augmentation, Draw draw, int index, FloatBuffer pixels, int from, Raster size) {
    if (augmentation.erasing() == 0) {
      return;
    }
    RandomGenerator random = Augmentation.stream(draw, "image-erasing", index);
    if (random.nextDouble() >= augmentation.erasing()) {
      return;
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double share = LEAST_AREA + (MOST_AREA - LEAST_AREA) * random.nextDouble();
      double ratio = Math.exp(Math.log(MOST_RATIO) * (2 * random.nextDouble() - 1));
      int height = (int) Math.rint(Math.sqrt(size.area() * share * ratio));
      int width = (int) Math.rint(Math.sqrt(size.area() * share / ratio));
      if (height > 0 && width > 0 && height < size.height() && width < size.width()) {
        int top = random.nextInt(size.height() - height + 1);
        int left = random.nextInt(size.width() - width + 1);
        for (int row = 0; row < size.planes() * height; row++) {
          int line = row / height * size.height() + top + row % height;
          for (int column = 0; column < width; column++) {
            pixels.put(from + line * size.width() + left + column, 0);
          }
        }
        return;
      }
    }
  }
}
