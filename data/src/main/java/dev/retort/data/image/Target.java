package dev.retort.data.image;

/**
 * What a network is to say of an image. It follows the image where that is resized or cut.
 *
 * <p>Shapes of a batch's labels: B batch, P points, D planes, H height, W width.
 */
public sealed interface Target {
  /** The target when the image is resized to a height and width. */
  Target resized(Raster image, int height, int width);

  /** The target when the image is cut to a window, which may reach outside. */
  Target window(int top, int left, int height, int width);

  /**
   * A class; labels [B], int64.
   *
   * @param index the class from 0; -1 without one
   */
  record Category(int index) implements Target {
    @Override
    public Target resized(Raster image, int height, int width) {
      return this;
    }

    @Override
    public Target window(int top, int left, int height, int width) {
      return this;
    }
  }

  /**
   * Places in the image; labels [B,2P], float32: x and y of each point in turn, as shares of the
   * width and height of the image that the network sees.
   *
   * @param places x and y of each point in turn, in pixels from the top left corner; a point may
   *     lie outside
   */
  record Points(float[] places) implements Target {
    @Override
    public Target resized(Raster image, int height, int width) {
      float[] moved = new float[places.length];
      for (int i = 0; i < moved.length; i++) {
        moved[i] =
            i % 2 == 0 ? places[i] * width / image.width() : places[i] * height / image.height();
      }
      return new Points(moved);
    }

    @Override
    public Target window(int top, int left, int height, int width) {
      float[] moved = new float[places.length];
      for (int i = 0; i < moved.length; i++) {
        moved[i] = places[i] - (i % 2 == 0 ? left : top);
      }
      return new Points(moved);
    }
  }

  /**
   * A class for each pixel; labels [B,H,W], float32, -1 where a pixel does not count.
   *
   * @param classes one plane of class indices, as large as the image; {@value #VOID} where a pixel
   *     does not count, as outside of the image
   */
  record Mask(Raster classes) implements Target {
    /** The byte of a pixel that does not count, as in PASCAL VOC. */
    public static final int VOID = 255;

    @Override
    public Target resized(Raster image, int height, int width) {
      return new Mask(Resampling.resize(classes, height, width, Filter.NEAREST));
    }

    @Override
    public Target window(int top, int left, int height, int width) {
      // A window is black outside; turned over, black is what does not count.
      return new Mask(turnedOver(turnedOver(classes).window(top, left, height, width)));
    }

    private static Raster turnedOver(Raster classes) {
      byte[] turned = classes.pixels().clone();
      for (int i = 0; i < turned.length; i++) {
        turned[i] = (byte) ~turned[i];
      }
      return classes.of(turned);
    }
  }

  /**
   * An image that is larger by a whole factor; labels [B,D,H,W], float32, 0 black to 1 white.
   *
   * @param image the larger image
   * @param factor how many times as high and wide it is, from 1
   */
  record Picture(Raster image, int factor) implements Target {
    @Override
    public Target resized(Raster small, int height, int width) {
      throw new IllegalArgumentException(
          "an image for super-resolution cannot be resized (" + small + "): cut it");
    }

    @Override
    public Target window(int top, int left, int height, int width) {
      return new Picture(
          image.window(factor * top, factor * left, factor * height, factor * width), factor);
    }
  }
}
