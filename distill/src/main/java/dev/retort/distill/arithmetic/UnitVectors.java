package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;

/** Vectors brought to length 1. */
public final class UnitVectors {
  /** Shorter vectors are divided by this, as by PyTorch's {@code normalize}. */
  private static final double SHORTEST = 1e-12;

  private UnitVectors() {}

  /**
   * The vectors along an axis over their lengths; a vector of zeros stays one, with a finite
   * gradient.
   */
  public static NDArray of(NDArray x, int axis) {
    return x.div(length(x, new int[] {axis}, true));
  }

  private static NDArray length(NDArray x, int[] axis, boolean keep) {
    return Constants.atLeast(x.square().sum(axis, keep), SHORTEST * SHORTEST).sqrt();
  }

  /** The cosines of the vectors along the last axis of two arrays of one shape, that axis gone. */
  public static NDArray cosines(NDArray one, NDArray other) {
    int[] last = {one.getShape().dimension() - 1};
    // Products over lengths, not products of unit vectors: two divisions of whole arrays fewer.
    return one.mul(other).sum(last).div(length(one, last, false).mul(length(other, last, false)));
  }
}
