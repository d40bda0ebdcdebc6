package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/** A weighted mean of features of one shape, whose weights are trained. */
public final class Aggregation {
  private Aggregation() {}

  /** softmax(beta), [n]. */
  public static NDArray weights(NDArray beta) {
    return beta.softmax(0);
  }

  /**
   * sum_j softmax(beta)_j feature_j.
   *
   * @param features n arrays of one shape
   * @param beta [n]
   * @return an array of that shape
   */
  public static NDArray of(List<NDArray> features, NDArray beta) {
    Shape shape = features.get(0).getShape();
    for (NDArray each : features) {
      if (!each.getShape().equals(shape)) {
        throw new IllegalArgumentException("Layers of one group have features of shapes " + shape
            + " and " + each.getShape() + ", needed one shape");
      }
    }
    if (!beta.getShape().equals(new Shape(features.size()))) {
      throw new IllegalArgumentException("beta has shape " + beta.getShape() + ", needed ["
          + features.size() + "], one number a layer");
    }
    NDArray stacked = NDArrays.stack(new NDList(features)).reshape(features.size(), -1);
    return weights(beta).expandDims(0).matMul(stacked).reshape(shape);
  }
}
