package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Distances between the relations of two networks, with their gradients, in one call of the engine.
 * B batch, A heads, S sequence, d head size of its own for either network.
 *
 * <p>Scores are x y' / sqrt(d), [B,A,S,S], of which there are far more than numbers that they come
 * from. So a few examples are taken at a time, as many as fit into the cores' caches, and both
 * their share of the loss and of its gradient, which is known in closed form, are taken at once: no
 * array of [B,A,S,S] is ever made or kept for the backward pass. That leaves the first derivative
 * alone; there is no second one.
 *
 * <p>Padding is cut off for real, rows and columns. An empty batch, or padding alone, gives 0.
 */
public enum RelationDistance {
  /**
   * KL(R' || R) of relations R = softmax over the columns of the scores, R' the teacher's: summed
   * over columns, averaged over heads and rows of a sequence, then over the batch.
   */
  DIVERGENCE,
  /** The mean over heads and pairs of the whole batch of (R - R')^2. */
  MEAN_SQUARE_OF_RELATIONS,
  /** The mean over heads and pairs of the whole batch of the squared difference of the scores. */
  MEAN_SQUARE_OF_SCORES;

  /**
   * As many numbers of each of four arrays as cores keep near. With fewer the engine's threads
   * spend longer on waking each other than the memory's slowness costs.
   */
  private static final long NEAR = 1L << 20;

  /**
   * The distance of relations between a projection and itself.
   *
   * @param student [B,A,S,d], with its graph
   * @param teacher [B,A,S,d], detached here
   * @param mask 1 for tokens and 0 for padding [B,S]; null for no padding
   * @return a scalar, in the manager of {@code student}
   */
  public NDArray of(NDArray student, NDArray teacher, @Nullable NDArray mask) {
    try (NDArray same = nothing(student)) {
      return call(student, same, teacher, same, mask);
    }
  }

  /**
   * The distance of relations between two projections, such as queries and keys.
   *
   * @param left the student's, x of the scores [B,A,S,d], with its graph
   * @param right the student's, y of the scores [B,A,S,d], with its graph
   * @param otherLeft the teacher's [B,A,S,d], detached here
   * @param otherRight the teacher's [B,A,S,d], detached here
   * @param mask 1 for tokens and 0 for padding [B,S]; null for no padding
   * @return a scalar, in the manager of {@code left}
   */
  public NDArray of(
      NDArray left, NDArray right, NDArray otherLeft, NDArray otherRight, @Nullable NDArray mask) {
    if (left.size() == 0) {
      return of(left, otherLeft, mask); // an array without numbers stands for "the same"
    }
    return call(left, right, otherLeft, otherRight, mask);
  }

  private NDArray call(
      NDArray left, NDArray right, NDArray otherLeft, NDArray otherRight, @Nullable NDArray mask) {
    Shape shape = left.getShape();
    long ofOne = Math.max(1, shape.get(1) * shape.get(2) * shape.get(2));
    // A graphics card has no use for small pieces.
    long examples = left.getDevice().isGpu() ? shape.get(0) : Math.max(1, NEAR / ofOne);
    ScriptedModule module = ScriptedModule.instance();
    try (NDArray all = nothing(left)) {
      return module.call(
          "relations",
          left,
          right,
          otherLeft,
          otherRight,
          mask == null ? all : mask,
          module.integer(ordinal()),
          module.integer((int) Math.max(1, Math.min(shape.get(0), examples))),
          // Whether nothing is padded is not asked of a GPU, which would have to be waited for.
          module.integer(left.getDevice().isGpu() ? 0 : 1));
    }
  }

  private static NDArray nothing(NDArray like) {
    NDManager manager = like.getManager();
    return manager.zeros(new Shape(0), like.getDataType());
  }
}
