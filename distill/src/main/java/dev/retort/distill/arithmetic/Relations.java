package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.retort.supernet.kernel.Scaling;
import org.jspecify.annotations.Nullable;

/**
 * Relations between the positions of a sequence. B batch, S sequence, A heads, d head size.
 *
 * <p>A mask [B,S], float32, is 1 for tokens and 0 for padding; null stands for all ones.
 */
public final class Relations {
  private Relations() {}

  /**
   * Splits the width into heads of floor(width/A), leaving out what remains.
   *
   * @param values [B,S,width]
   * @return [B,A,S,d]
   */
  public static NDArray split(NDArray values, int heads) {
    Shape shape = values.getShape();
    long size = shape.get(2) / heads;
    NDArray used = size * heads == shape.get(2)
        ? values
        : Tensors.leading(values, size * heads, values.getManager());
    return used.reshape(shape.get(0), shape.get(1), heads, size).transpose(0, 2, 1, 3);
  }

  /**
   * Scaled scores of every pair of positions.
   *
   * @param left [B,A,S,d]
   * @param right [B,A,S,d]
   * @return left right^T / sqrt(d), [B,A,S,S]
   */
  public static NDArray scores(NDArray left, NDArray right) {
    double scale = 1 / Math.sqrt((double) left.getShape().get(3));
    return Scaling.by(left, scale).matMul(right.transpose(0, 1, 3, 2));
  }

  /** Log-softmax of scores [B,A,S,S] over the columns that are no padding. */
  public static NDArray logDistribution(NDArray scores, @Nullable NDArray mask) {
    return mask == null
        ? scores.logSoftmax(-1)
        : NonTargets.logSoftmax(scores, columns(mask).neg().add(1f));
  }

  /**
   * KL(teacher || student) of log-distributions [B,A,S,S], summed over columns, averaged over heads
   * and the rows that are no padding, then over the batch. A sequence of padding alone counts as 0.
   */
  public static NDArray divergence(NDArray student, NDArray teacher, @Nullable NDArray mask) {
    Shape shape = student.getShape();
    // The student comes first and the sign last: the backward pass need not turn a whole array's.
    NDArray rows = teacher.exp().mul(student.sub(teacher)).sum(new int[] {3});
    double each = -1.0 / Math.max(1, shape.get(0) * shape.get(1));
    if (mask == null) {
      return Scaling.by(rows.sum(), each / Math.max(1, shape.get(2)));
    }
    NDArray weights = mask.div(mask.sum(new int[] {1}, true).maximum(1f));
    return Scaling.by(rows.mul(weights.expandDims(1)).sum(), each);
  }

  /**
   * Squared difference of two [B,A,S,S], averaged over heads and over all pairs of the batch whose
   * row and column are no padding; 0 where there is none.
   */
  public static NDArray meanSquare(NDArray student, NDArray teacher, @Nullable NDArray mask) {
    NDArray square = student.sub(teacher).square();
    if (mask == null) {
      return Scaling.over(square.sum(), Math.max(1, square.size()));
    }
    NDArray pairs = mask.expandDims(1).mul(mask.expandDims(2));
    NDArray count = Scaling.by(pairs.sum(), student.getShape().get(1)).maximum(1f);
    // Heads are summed first: the mask then meets B x S x S numbers, not A times as many.
    return square.sum(new int[] {1}).mul(pairs).sum().div(count);
  }

  private static NDArray columns(NDArray mask) {
    return mask.expandDims(1).expandDims(1);
  }
}
