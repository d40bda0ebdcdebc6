package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/**
 * Numbers of the host inside a graph. DJL lets the engine look at Java's memory, which a backward
 * pass may read when it is gone; these lie in the engine's own.
 */
public final class Constants {
  private Constants() {}

  /** An array of numbers in that manager. */
  public static NDArray of(NDManager manager, double[] numbers, Shape shape, DataType type) {
    try (NDArray borrowed = manager.create(numbers, shape)) {
      return type == DataType.FLOAT64 ? borrowed.duplicate() : borrowed.toType(type, true);
    }
  }

  /** Whole numbers, int64, in that manager. */
  public static NDArray of(NDManager manager, long[] numbers, Shape shape) {
    try (NDArray borrowed = manager.create(numbers, shape)) {
      return borrowed.duplicate();
    }
  }

  /** One number, of the kind and in the manager of an array. */
  public static NDArray like(NDArray array, double number) {
    return array.getManager().full(new Shape(), (float) number, array.getDataType());
  }

  /** The larger of each entry and a number; entries below it pass no gradient. */
  public static NDArray atLeast(NDArray x, double number) {
    try (NDArray least = like(x, number)) {
      return x.maximum(least);
    }
  }

  /** The smaller of each entry and a number; entries above it pass no gradient. */
  public static NDArray atMost(NDArray x, double number) {
    try (NDArray most = like(x, number)) {
      return x.minimum(most);
    }
  }
}
