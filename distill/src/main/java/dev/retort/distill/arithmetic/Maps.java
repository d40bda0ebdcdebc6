package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Maps of convolutional networks, [B,D,height,width]. */
public final class Maps {
  private Maps() {}

  /**
   * Maps averaged down to a smaller size, each pixel over a window; as they are where they are no
   * larger, or no maps.
   *
   * @param maps [B,D,H,W]
   * @param like [B,any,h,w]
   * @throws IllegalArgumentException when a larger size is no multiple of the smaller
   */
  public static NDArray averagedDown(NDArray maps, NDArray like) {
    Shape from = maps.getShape();
    Shape to = like.getShape();
    if (from.dimension() != 4
        || to.dimension() != 4
        || (from.get(2) <= to.get(2) && from.get(3) <= to.get(3))) {
      return maps;
    }
    if (from.get(2) % to.get(2) != 0 || from.get(3) % to.get(3) != 0) {
      throw new IllegalArgumentException("Maps of shape " + from
          + " cannot be averaged down to those of shape " + to
          + ": a larger height or width must be a multiple of the smaller");
    }
    return maps.reshape(
            from.get(0),
            from.get(1),
            to.get(2),
            from.get(2) / to.get(2),
            to.get(3),
            from.get(3) / to.get(3))
        .mean(new int[] {3, 5});
  }
}
