package dev.retort.data.image;

import java.util.random.RandomGenerator;

/**
 * A window of random area and shape, resized to what the network sees (Szegedy et al., CVPR 2015;
 * torchvision's RandomResizedCrop: sides 3:4 to 4:3, ten attempts, then the middle).
 */
final class RandomResizedCrop {
  private static final double LEAST_RATIO = 3.0 / 4;
  private static final double MOST_RATIO = 4.0 / 3;
  private static final int ATTEMPTS = 10;

  private RandomResizedCrop() {}

  static ImageExample apply(
      ImageExample example, double leastArea, Preprocessing preprocessing, RandomGenerator random) {
    Raster image = example.image();
    Preprocessing.Crop crop = preprocessing.crop();
    Preprocessing.Resize resize = preprocessing.resize();
    int height = image.height();
    int width = image.width();
    if (crop != null) {
      height = crop.height();
      width = crop.width();
    } else if (resize != null && !resize.shortSide()) {
      height = resize.height();
      width = resize.width();
    }
    Filter filter = resize == null ? Filter.BILINEAR : resize.filter();
    return window(example, leastArea, random).resized(height, width, filter);
  }

  private static ImageExample window(
      ImageExample example, double leastArea, RandomGenerator random) {
    Raster image = example.image();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      double area = image.area() * (leastArea + (1 - leastArea) * random.nextDouble());
      double ratio = Math.exp(Math.log(LEAST_RATIO)
          + (Math.log(MOST_RATIO) - Math.log(LEAST_RATIO)) * random.nextDouble());
      int width = (int) Math.rint(Math.sqrt(area * ratio));
      int height = (int) Math.rint(Math.sqrt(area / ratio));
      if (width > 0 && height > 0 && width <= image.width() && height <= image.height()) {
        int top = random.nextInt(image.height() - height + 1);
        int left = random.nextInt(image.width() - width + 1);
        return example.window(top, left, height, width);
      }
    }
    double ratio = (double) image.width() / image.height();
    int width = ratio > MOST_RATIO ? (int) Math.rint(image.height() * MOST_RATIO) : image.width();
    int height = ratio < LEAST_RATIO ? (int) Math.rint(width / LEAST_RATIO) : image.height();
    return example.window(
        (image.height() - height) / 2, (image.width() - width) / 2, height, width);
  }
}
