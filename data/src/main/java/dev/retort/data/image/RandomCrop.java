package dev.retort.data.image;

import dev.retort.data.image.Preprocessing.Crop;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A window anywhere in the padded image (He et al., CVPR 2016, section 4.2; 4 pixels there). */
final class RandomCrop {
  private RandomCrop() {}

  /**
   * Cuts it.
   *
   * @param size of the window; null: as large as the image before padding
   * @param padding black pixels on each side
   */
  static ImageExample apply(
      ImageExample example, @Nullable Crop size, int padding, RandomGenerator random) {
    Raster image = example.image();
    int height = size == null ? image.height() : size.height();
    int width = size == null ? image.width() : size.width();
    return example.window(
        start(image.height(), height, padding, random),
        start(image.width(), width, padding, random),
        height,
        width);
  }

  private static int start(int length, int window, int padding, RandomGenerator random) {
    int room = length + 2 * padding - window;
    // A window that is larger than the padded image lies around its middle.
    return room < 0 ? Math.floorDiv(length - window, 2) : random.nextInt(room + 1) - padding;
  }
}
