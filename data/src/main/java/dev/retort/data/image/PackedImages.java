package dev.retort.data.image;

import java.util.Arrays;

/** Images of one size in memory: a byte for each number of each pixel, and 4 for the class. */
public final class PackedImages implements ImageSource {
  private final String name;
  private final int planes;
  private final int height;
  private final int width;
  private final byte[] pixels;
  private final int[] categories;
  private final int classes;

  /**
   * A store; it takes over the arrays.
   *
   * @param name what messages call it, such as the file
   * @param planes D of each image
   * @param height H of each image
   * @param width W of each image
   * @param pixels the images in turn, each D x H x W bytes
   * @param categories the class of each image; -1 without one
   * @param classes number of classes
   */
  PackedImages(
      String name,
      int planes,
      int height,
      int width,
      byte[] pixels,
      int[] categories,
      int classes) {
    if (pixels.length != (long) categories.length * planes * height * width) {
      throw new IllegalArgumentException("(%d) images of %d x %d x %d do not have (%d) pixels"
          .formatted(categories.length, planes, height, width, pixels.length));
    }
    this.name = name;
    this.planes = planes;
    this.height = height;
    this.width = width;
    this.pixels = pixels;
    this.categories = categories;
    this.classes = classes;
  }

  /**
   * Packs images of one size that have classes.
   *
   * @param classes number of classes
   */
  public static PackedImages of(Iterable<ImageExample> examples, int classes) {
    Raster first = examples.iterator().next().image();
    int length = first.pixels().length;
    byte[] pixels = new byte[length];
    int[] categories = new int[1];
    int size = 0;
    for (ImageExample each : examples) {
      if (size == categories.length) {
        categories = Arrays.copyOf(categories, 2 * size);
        pixels = Arrays.copyOf(pixels, Math.multiplyExact(2 * size, length));
      }
      Raster image = each.image();
      if (!image.toString().equals(first.toString())
          || !(each.target() instanceof Target.Category category)
          || category.index() >= classes) {
        throw new IllegalArgumentException("image (" + size + ") is no image of " + first
            + " of one of " + classes + " classes: " + image + ", " + each.target());
      }
      System.arraycopy(image.pixels(), 0, pixels, size * length, length);
      categories[size++] = category.index();
    }
    return new PackedImages(
        "image",
        first.planes(),
        first.height(),
        first.width(),
        Arrays.copyOf(pixels, size * length),
        Arrays.copyOf(categories, size),
        classes);
  }

  @Override
  public int size() {
    return categories.length;
  }

  @Override
  public int classes() {
    return classes;
  }

  @Override
  public ImageExample read(int index) {
    int length = planes * height * width;
    int from = index * length;
    return ImageExample.of(
        new Raster(planes, height, width, Arrays.copyOfRange(pixels, from, from + length)),
        categories[index]);
  }

  @Override
  public float label(int index) {
    return ImageExample.labelOf(categories[index]);
  }

  @Override
  public String name(int index) {
    return name + ", image " + index;
  }
}
