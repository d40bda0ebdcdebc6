package dev.retort.data.image;

/**
 * An image as its file has it, and what a network is to say of it.
 *
 * @param image the image
 * @param target its class, places, mask or larger image
 */
public record ImageExample(Raster image, Target target) {
  /** An image of a class; -1 without one. */
  public static ImageExample of(Raster image, int category) {
    return new ImageExample(image, new Target.Category(category));
  }

  /** The class; NaN without one. */
  public float label() {
    return target instanceof Target.Category category ? labelOf(category.index()) : Float.NaN;
  }

  static float labelOf(int category) {
    return category < 0 ? Float.NaN : category;
  }

  ImageExample withPlanes(int planes) {
    Target moved = target instanceof Target.Picture large
        ? new Target.Picture(large.image().withPlanes(planes), large.factor())
        : target;
    return new ImageExample(image.withPlanes(planes), moved);
  }

  ImageExample resized(int height, int width, Filter filter) {
    return image.height() == height && image.width() == width
        ? this
        : new ImageExample(
            Resampling.resize(image, height, width, filter), target.resized(image, height, width));
  }

  ImageExample window(int top, int left, int height, int width) {
    return new ImageExample(
        image.window(top, left, height, width), target.window(top, left, height, width));
  }

  ImageExample flipped() {
    Target moved = target;
    if (target instanceof Target.Mask mask) {
      moved = new Target.Mask(mask.classes().flipped());
    } else if (target instanceof Target.Picture large) {
      moved = new Target.Picture(large.image().flipped(), large.factor());
    }
    return new ImageExample(image.flipped(), moved);
  }

  /** Another image of the same size with the same target. */
  ImageExample with(Raster other) {
    return new ImageExample(other, target);
  }
}
