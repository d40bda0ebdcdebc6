package dev.retort.data.image;

import org.jspecify.annotations.Nullable;

/**
 * What is done to each image before a network sees it, in this order: planes, middle, size, window
 * around the middle, numbers.
 *
 * @param planes colour planes, 1 or 3: grey is repeated, colour becomes its luma
 * @param middle the side of a square that is cut from the middle first, as a part of the shorter
 *     side, up to 1, as TensorFlow's MobileNets have it; 0: the whole image. It is
 *     brought to a square size, without a window
 * @param resize the size it is brought to; null: its own
 * @param crop the window cut from the middle, black where it reaches outside; null: all
 * @param scaling how bytes become numbers
 */
public record Preprocessing(
    int planes, double middle, @Nullable Resize resize, @Nullable Crop crop, PixelScaling scaling) {
  /**
   * A size to bring images to.
   *
   * @param height rows, from 1; of a short side: its length
   * @param width columns, from 1; of a short side: its length
   * @param shortSide whether only the shorter side is brought to that length and the other one
   *     follows (rounded down)
   * @param filter how pixels are weighted
   */
  public record Resize(int height, int width, boolean shortSide, Filter filter) {
    /** Checks the sizes. */
    public Resize {
      check(height, width);
      if (shortSide && height != width) {
        throw new IllegalArgumentException("a short side has one length (" + width + ")");
      }
    }

    /** The shorter side. */
    public static Resize shortSide(int length, Filter filter) {
      return new Resize(length, length, true, filter);
    }

    /** A square, whatever the image's shape. */
    public static Resize square(int length, Filter filter) {
      return new Resize(length, length, false, filter);
    }

    /** Whether all images become squares. */
    boolean isSquare() {
      return !shortSide && height == width;
    }

    ImageExample apply(ImageExample example) {
      Raster image = example.image();
      if (!shortSide) {
        return example.resized(height, width, filter);
      }
      return image.width() <= image.height()
          ? example.resized(following(image.height(), image.width()), width, filter)
          : example.resized(height, following(image.width(), image.height()), filter);
    }

    private int following(int longer, int shorter) {
      return (int) ((long) height * longer / shorter);
    }
  }

  /**
   * A window.
   *
   * @param height rows, from 1
   * @param width columns, from 1
   */
  public record Crop(int height, int width) {
    /** Checks the sizes. */
    public Crop {
      check(height, width);
    }
  }

  /** The most rows and columns that a network is given. */
  public static final int LARGEST = 1 << 13;

  /** Checks planes and middle. */
  public Preprocessing {
    if (!(middle >= 0 && middle <= 1)) {
      throw new IllegalArgumentException("middle (" + middle + ") must be from 0 to 1");
    }
    if (middle > 0 && (resize == null || !resize.isSquare() || crop != null)) {
      throw new IllegalArgumentException("middle (" + middle + ") must be brought to a square ("
          + resize + ") without window (" + crop + ")");
    }
    if (planes != 1 && planes != 3) {
      throw new IllegalArgumentException("planes (" + planes + ") must be 1 or 3");
    }
    int means = scaling.mean().size();
    if (means != 1 && means != planes) {
      throw new IllegalArgumentException(
          "means (" + means + ") must be one, or one for each of " + planes + " planes");
    }
  }

  /** Of whole images. */
  public Preprocessing(
      int planes, @Nullable Resize resize, @Nullable Crop crop, PixelScaling scaling) {
    this(planes, 0, resize, crop, scaling);
  }

  /** The middle of photos, brought to a square. */
  public static Preprocessing middle(double part, int side, Filter filter, PixelScaling scaling) {
    return new Preprocessing(3, part, Resize.square(side, filter), null, scaling);
  }

  /** Images as they are, which must be of one size; their numbers scaled. */
  public static Preprocessing of(int planes, PixelScaling scaling) {
    return new Preprocessing(planes, null, null, scaling);
  }

  /** The usual way to ImageNet networks: the short side 8/7 of the window, and the window. */
  public static Preprocessing photo(int side, Filter filter, PixelScaling scaling) {
    return new Preprocessing(
        3, Resize.shortSide(side * 8 / 7, filter), new Crop(side, side), scaling);
  }

  /** The same with squares of another size: window and resizing keep their ratio. */
  public Preprocessing withSide(int side) {
    if (crop == null) {
      Filter filter = resize == null ? Filter.BILINEAR : resize.filter();
      return new Preprocessing(planes, middle, Resize.square(side, filter), null, scaling);
    }
    Resize to = resize == null
        ? Resize.square(side, Filter.BILINEAR)
        : new Resize(
            scaled(resize.height(), side, crop.height()),
            scaled(resize.width(), side, crop.width()),
            resize.shortSide(),
            resize.filter());
    return new Preprocessing(planes, middle, to, new Crop(side, side), scaling);
  }

  /** The same with another number of planes; its scaling must have one mean or as many. */
  public Preprocessing withPlanes(int wanted) {
    return new Preprocessing(wanted, middle, resize, crop, scaling);
  }

  /** The same with other numbers, for as many planes. */
  public Preprocessing withScaling(int wanted, PixelScaling other) {
    return new Preprocessing(wanted, middle, resize, crop, other);
  }

  /** The same without the window, as where augmentation draws it. */
  ImageExample resized(ImageExample example) {
    ImageExample kept = middle == 0 ? example : middle(example);
    return resize == null ? kept : resize.apply(kept);
  }

  private ImageExample middle(ImageExample example) {
    Raster image = example.image();
    int shorter = Math.min(image.height(), image.width());
    int side = Math.max(1, (int) Math.round(middle * shorter));
    return example.window((image.height() - side) / 2, (image.width() - side) / 2, side, side);
  }

  /** The window around the middle, as Hugging Face cuts it: of an odd rest, less before. */
  ImageExample cropped(ImageExample example) {
    if (crop == null) {
      return example;
    }
    int top = Math.floorDiv(example.image().height() - crop.height(), 2);
    int left = Math.floorDiv(example.image().width() - crop.width(), 2);
    return example.window(top, left, crop.height(), crop.width());
  }

  private static int scaled(int length, int side, int before) {
    return (int) Math.round((double) length * side / before);
  }

  private static void check(int height, int width) {
    if (height < 1 || width < 1 || height > LARGEST || width > LARGEST) {
      throw new IllegalArgumentException(
          "height (" + height + ") and width (" + width + ") must be 1 to " + LARGEST);
    }
  }
}
