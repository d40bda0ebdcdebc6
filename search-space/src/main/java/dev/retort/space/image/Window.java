package dev.retort.space.image;

/**
 * The window of a convolution or pooling, square.
 *
 * @param size pixels a side
 * @param stride pixels from one window to the next
 * @param padding what stands beyond the edges
 */
public record Window(int size, int stride, Padding padding) {

  /** How many zeros stand beyond the edges. */
  public enum Padding {
    /** None. */
    NONE,
    /** Half of the size, rounded down, on each side: PyTorch's habit. */
    CENTRED,
    /**
     * As many as make the output the input over the stride, rounded up; where their number is odd,
     * the smaller half first: TensorFlow's {@code SAME}.
     */
    SAME
  }

  /** Checks that there is a window. */
  public Window {
    if (size < 1 || stride < 1) {
      throw new IllegalArgumentException(
          "A window needs a positive size and stride, not (" + size + ") and (" + stride + ")");
    }
  }

  /** A window padded on each side by half its size. */
  public static Window centred(int size, int stride) {
    return new Window(size, stride, Padding.CENTRED);
  }

  /** One pixel, each by itself. */
  public static Window point() {
    return new Window(1, 1, Padding.NONE);
  }

  /** Zeros before the first of so many pixels. */
  public int before(int pixels) {
    return switch (padding) {
      case NONE -> 0;
      case CENTRED -> size / 2;
      case SAME -> same(pixels) / 2;
    };
  }

  /** Zeros behind the last of so many pixels. */
  public int behind(int pixels) {
    return switch (padding) {
      case NONE -> 0;
      case CENTRED -> size / 2;
      case SAME -> same(pixels) - same(pixels) / 2;
    };
  }

  private int same(int pixels) {
    int windows = (pixels - 1) / stride + 1;
    return Math.max((windows - 1) * stride + size - pixels, 0);
  }

  /**
   * Number of windows along a side.
   *
   * @throws IllegalArgumentException when not one fits
   */
  public int over(int pixels) {
    int room = pixels + before(pixels) + behind(pixels) - size;
    if (room < 0) {
      throw new IllegalArgumentException(
          "No window of " + size + " fits into (" + pixels + ") pixels: use a larger resolution");
    }
    return room / stride + 1;
  }
}
