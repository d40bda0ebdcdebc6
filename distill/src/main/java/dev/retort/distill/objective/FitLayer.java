package dev.retort.distill.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.space.Axis;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.kernel.EagerKernels;

/**
 * A trained linear map from the student's width to the teacher's: y = x w^T + v, over maps a
 * convolution of size 1. It is made at the largest student's width, of which a narrower student
 * uses the first columns.
 *
 * @param weight [teacher's width, H] or wider
 * @param bias [teacher's width]
 */
public record FitLayer(NDArray weight, NDArray bias) {
  /** Whether a recipe wants one. */
  public static final Option<Boolean> OPTION =
      Option.flag("fit", true, "a linear layer from the student's width to the teacher's");

  private static final String WEIGHT = "fit.weight";
  private static final String BIAS = "fit.bias";

  /** Its tensors. */
  static ImmutableList<TensorSpec> tensors(int student, int teacher) {
    Axis out = Axis.of("teacher-width", teacher);
    return ImmutableList.of(
        TensorSpec.of(WEIGHT, TensorSpec.Role.MATRIX, out, Axis.of("width", student)),
        TensorSpec.of(BIAS, TensorSpec.Role.BIAS, out));
  }

  /** The layer of a pair's tensors. */
  static FitLayer of(String objective, ImmutableMap<String, NDArray> tensors) {
    return of(objective, tensors, WEIGHT, BIAS);
  }

  /**
   * A linear layer of a pair's tensors.
   *
   * @param objective whose it is, for messages
   * @param tensors the pair's tensors
   * @param weightName which is the matrix
   * @param biasName which is the bias
   */
  public static FitLayer of(
      String objective, ImmutableMap<String, NDArray> tensors, String weightName, String biasName) {
    NDArray weight = tensors.get(weightName);
    NDArray bias = tensors.get(biasName);
    if (weight == null || bias == null) {
      throw new IllegalArgumentException(
          objective + " needs its tensors " + weightName + ", " + biasName);
    }
    return new FitLayer(weight, bias);
  }

  /**
   * A feature through the layer.
   *
   * @param feature [B,S,H], [B,H,height,width] or [B,H]
   * @return the same with the teacher's width for H
   */
  public NDArray forward(NDArray feature) {
    Shape shape = feature.getShape();
    boolean maps = shape.dimension() == 4;
    long width = shape.get(maps ? 1 : shape.dimension() - 1);
    if (weight.getShape().dimension() != 2
        || weight.getShape().get(1) < width
        || bias.getShape().size() != weight.getShape().get(0)) {
      throw new IllegalArgumentException("The fit layer's weight " + weight.getShape()
          + " and bias " + bias.getShape() + " do not fit a feature of shape " + shape
          + "; needed [T,H] and [T]");
    }
    NDArray used = Tensors.leading(weight, width, feature.getManager());
    if (!maps) {
      return new EagerKernels().linear(feature, used, bias);
    }
    NDArray pixels = feature.reshape(shape.get(0), width, -1);
    return used.matMul(pixels)
        .add(bias.expandDims(1))
        .reshape(shape.get(0), weight.getShape().get(0), shape.get(2), shape.get(3));
  }
}
