package dev.retort.distill.objective.landmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Objective;
import dev.retort.space.Architecture;

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

  /**
   * What a loss of coordinates reads of a stage.
   *
   * @throws IllegalArgumentException when a network gives none, or the two give other points
   */
  static Objective.Needs needs(String objective, Architecture student, Architecture teacher) {
    int own = points(objective, "student", student);
    int others = points(objective, "teacher", teacher);
    if (own != others) {
      throw new IllegalArgumentException(objective + ": student " + student + " gives " + own
          + " points, teacher " + teacher + " " + others + "; they must be equal");
    }
    return new Objective.Needs(true, true, true, ImmutableSet.of(), ImmutableSet.of());
  }

  private static int points(String objective, String whose, Architecture architecture) {
    if (!architecture.has("points")) {
      throw new IllegalArgumentException(objective + ": " + whose + " " + architecture
          + " gives no coordinates; families of landmarks do, such as resnet-landmarks");
    }
    return architecture.integer("points");
  }
}
