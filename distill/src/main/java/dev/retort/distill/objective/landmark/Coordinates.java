package dev.retort.distill.objective.landmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Tensors;

/** What the objectives of coordinates ask of their arrays, all [B,2K]. */
final class Coordinates {
  private Coordinates() {}

  /**
   * Coordinates that are held against a prediction, as constants of its manager and type.
   *
   * @throws IllegalArgumentException when they are not [B,2K] like the prediction
   */
  static NDArray constant(String objective, String what, NDArray given, NDArray prediction) {
    Shape shape = prediction.getShape();
    if (shape.dimension() != 2 || !given.getShape().equals(shape)) {
      throw new IllegalArgumentException(objective + ": " + what + " has shape " + given.getShape()
          + " and the prediction " + shape + ", needed coordinates [B,2K] of one shape");
    }
    DataType type = prediction.getDataType();
    return Tensors.constant(given, prediction.getManager()).toType(type, false);
  }
}
