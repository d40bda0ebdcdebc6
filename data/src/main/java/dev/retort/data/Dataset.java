package dev.retort.data;

import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/**
 * A list of examples with a stable order. Safe for use by several threads.
 *
 * @param <E> what one example is
 */
public interface Dataset<E> {
  /** Number of examples. */
  int size();

  /** The example at an index from 0. */
  E get(int index);

  /** The length of an example, by which batches are sorted: its tokens; images have one length. */
  int length(int index);

  /** The label of an example: class index, score, or NaN without such a label. */
  float label(int index);

  /**
   * Makes a batch.
   *
   * @param manager owns the arrays
   * @param indices the examples of the batch, one or more; the batch's own indices
   * @param draw how they are altered at random; null: not at all
   * @throws IllegalArgumentException when such examples cannot be altered in that way
   */
  Batch batch(NDManager manager, int[] indices, @Nullable Draw draw);

  /**
   * Does the part of {@link #batch} that needs no engine, so that it can run ahead of the step on
   * another thread; the batch made from it is the same.
   *
   * @param indices as for {@link #batch}
   * @param draw as for {@link #batch}
   */
  default PreparedBatch prepare(int[] indices, @Nullable Draw draw) {
    return manager -> batch(manager, indices, draw);
  }
}
