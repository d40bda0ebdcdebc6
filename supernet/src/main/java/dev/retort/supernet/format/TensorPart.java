package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a file's tensor is a tensor of a blueprint. An axis of the file's tensor is so many
 * runs of so many parts of equal length; the part is that of one index from every run, in their
 * order. Where query, key and value lie in one matrix, they are three parts of one run, or of one
 * run for each head.
 *
 * @param tensor the blueprint's name
 * @param axis the axis of the file's tensor
 * @param runs how often the parts follow each other along the axis
 * @param index which part of each run, from 0
 * @param count parts of a run; 1: the tensor is taken whole
 * @param transposed whether what is taken is a matrix to be transposed: [in, out] in the file
 */
public record TensorPart(
    String tensor, int axis, int runs, int index, int count, boolean transposed) {
  /** Checks that there is such a part. */
  public TensorPart {
    if (axis < 0 || runs < 1 || count < 1 || index < 0 || index >= count) {
      throw new IllegalArgumentException("No part (" + index + ") of (" + count + "), of axis ("
          + axis + "), in (" + runs + ") runs");
    }
  }

  /** A tensor as the file has it. */
  public static TensorPart whole(String tensor) {
    return new TensorPart(tensor, 0, 1, 0, 1, false);
  }

  /** A matrix that the file has as [in, out]. */
  public static TensorPart transposed(String tensor) {
    return new TensorPart(tensor, 0, 1, 0, 1, true);
  }

  /** The shape of the part of a tensor of a shape; null where there is no such part. */
  @Nullable
  Shape shape(Shape file) {
    long[] shape = file.getShape().clone();
    if (count > 1) {
      if (axis >= shape.length || shape[axis] % ((long) runs * count) != 0) {
        return null;
      }
      shape[axis] /= count;
    }
    if (!transposed) {
      return new Shape(shape);
    }
    return shape.length == 2 ? new Shape(shape[1], shape[0]) : null;
  }

  /** What a file has instead of a tensor of the right shape. */
  String describe(String needed, TensorEntry entry) {
    String found = Quoted.of(entry.name()) + " has shape " + entry.shape();
    if (count > 1) {
      return found + ", of which " + needed + " is one of " + count + " parts";
    }
    return transposed ? found + ", transposed " + needed : needed + " has shape " + entry.shape();
  }

  /** The part; it lies densely in memory of its own, or is the whole tensor itself. */
  NDArray of(NDArray file) {
    Shape result = shape(file.getShape());
    if (result == null) {
      throw new IllegalArgumentException("No part of shape " + file.getShape() + " is " + this);
    }
    NDArray part = file;
    if (count > 1) {
      long[] shape = file.getShape().getShape();
      long before = runs;
      for (int i = 0; i < axis; i++) {
        before *= shape[i];
      }
      // [all before the axis x runs, parts, the rest of one part]
      part =
          file.reshape(before, count, file.size() / before / count).get(new NDIndex(":, " + index));
      shape = shape.clone();
      shape[axis] /= count;
      part = part.reshape(shape).duplicate();
    }
    // Flattened in between, as the engine would otherwise only say that it is transposed.
    return transposed ? part.transpose().flatten().reshape(result).duplicate() : part;
  }
}
