package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/** Maps of convolutional networks, [B,D,height,width]. */
public final class Maps {
  private Maps() {}

  /**
   * Maps averaged down to a smaller size, each pixel over a window, as PyTorch's adaptive average
   * pooling does: windows of a size that does not divide overlap. As they are where they are no
   * larger, or no maps.
   *
   * @param maps [B,D,H,W]
   * @param like [B,any,h,w]
   * @return [B,D,min(H,h),min(W,w)]
   */
  public static NDArray averagedDown(NDArray maps, NDArray like) {
    Shape from = maps.getShape();
    Shape to = like.getShape();
    if (from.dimension() != 4
        || to.dimension() != 4
        || (from.get(2) <= to.get(2) && from.get(3) <= to.get(3))) {
      return maps;
    }
    int height = (int) Math.min(from.get(2), to.get(2));
    int width = (int) Math.min(from.get(3), to.get(3));
    // Each average of rows and of columns is linear: maps times a constant from either side.
    NDArray columns = windows(maps, (int) from.get(3), width).transpose();
    NDArray rows = windows(maps, (int) from.get(2), height);
    return rows.matMul(maps.matMul(columns));
  }

  /** The average over each window of one side, [to,from]. */
  private static NDArray windows(NDArray like, int from, int to) {
    double[] shares = new double[to * from];
    for (int i = 0; i < to; i++) {
      int begin = i * from / to;
      int end = ((i + 1) * from + to - 1) / to;
      for (int j = begin; j < end; j++) {
        shares[i * from + j] = 1.0 / (end - begin);
      }
    }
    return Constants.of(like.getManager(), shares, new Shape(to, from), like.getDataType());
  }
}
