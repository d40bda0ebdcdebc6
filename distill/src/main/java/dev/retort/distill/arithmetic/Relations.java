package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.retort.supernet.kernel.Scaling;
import org.jspecify.annotations.Nullable;

/**
 * Relations between the positions of a sequence. B batch, S sequence, A heads, d head size. Their
 * distances are {@link dev.retort.supernet.kernel.RelationDistance}.
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
   * Squared difference of two [B,A,S,S], averaged over heads and over all pairs of the batch whose
   * row and column are no padding; 0 where there is none.
   */
  public static NDArray meanSquare(NDArray student, NDArray teacher, @Nullable NDArray mask) {
    NDArray square = student.sub(teacher).square();
    if (mask == null) {
      return Scaling.over(square.sum(), Math.max(1, square.size()));
    }
    NDArray pairs = mask.expandDims(1).mul(mask.expandDims(2));
    NDArray count = Scaling.atLeast(Scaling.by(pairs.sum(), student.getShape().get(1)), 1);
    // Heads are summed first: the mask then meets B x S x S numbers, not A times as many.
    return square.sum(new int[] {1}).mul(pairs).sum().div(count);
  }
}
