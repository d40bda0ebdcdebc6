package dev.retort.distill.objective.token;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import dev.retort.distill.arithmetic.Constants;
import dev.retort.distill.arithmetic.MaskedMean;
import dev.retort.distill.arithmetic.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * Labels of tokens, and which of them count. B batch, L length, N tokens, V vocabulary; labels are
 * [B,L] for logits [B,L,V], or [N] for logits [N,V].
 *
 * @param indices token ids, int64; 0 where the token does not count
 * @param counted 1 for tokens that count and 0 for others, of the type of the logits
 */
public record TokenLabels(NDArray indices, NDArray counted) {
  /** The label of tokens that do not count: prompts, padding, words that are not masked. */
  public static final int IGNORED = -100;

  private static final ImmutableSet<DataType> WHOLE =
      ImmutableSet.of(DataType.INT64, DataType.INT32);

  /**
   * Labels for logits.
   *
   * @param objective who asks, for messages
   * @param labels token ids or {@link #IGNORED}, whole numbers
   * @param logits [N,V] or [B,L,V]
   * @throws IllegalArgumentException when shapes or types do not fit
   */
  public static TokenLabels of(String objective, NDArray labels, NDArray logits) {
    Shape shape = logits.getShape();
    Shape needed = shape.slice(0, shape.dimension() - 1);
    if (!labels.getShape().equals(needed) || !WHOLE.contains(labels.getDataType())) {
      throw new IllegalArgumentException(objective + ": labels have shape " + labels.getShape()
          + " and type " + labels.getDataType() + ", needed whole token ids or " + IGNORED
          + " of shape " + needed + " for logits of shape " + shape);
    }
    NDManager manager = logits.getManager();
    NDArray ids = Tensors.constant(labels, manager).toType(DataType.INT64, false);
    NDArray counts = ids.neq(Constants.like(ids, IGNORED));
    return new TokenLabels(
        ids.mul(counts.toType(DataType.INT64, false)), counts.toType(logits.getDataType(), false));
  }

  /** The mean over tokens that count of one number a token; 0 where none counts. */
  public NDArray mean(NDArray rows) {
    return MaskedMean.of(rows, counted);
  }

  /** The mean cross-entropy of logits over tokens that count. */
  public NDArray crossEntropy(NDArray logits) {
    int last = logits.getShape().dimension() - 1;
    return mean(logits
        .logSoftmax(last)
        .gather(indices.expandDims(last), last)
        .squeeze(last)
        .neg());
  }

  /**
   * Refuses logits of two networks that are not [N,V] or [B,L,V] of one shape, V at least 2.
   *
   * @param other the teacher's; null: the student's alone are looked at
   */
  static void checkLogits(String objective, NDArray own, @Nullable NDArray other) {
    Shape shape = own.getShape();
    int dimension = shape.dimension();
    if ((dimension != 2 && dimension != 3) || shape.get(dimension - 1) < 2) {
      throw new IllegalArgumentException(objective + ": student logits have shape " + shape
          + ", needed [N,V] or [B,L,V] with at least 2 tokens in the vocabulary");
    }
    if (other != null && !other.getShape().equals(shape)) {
      throw new IllegalArgumentException(objective + ": teacher logits have shape "
          + other.getShape() + ", needed that of the student logits, " + shape);
    }
  }
}
