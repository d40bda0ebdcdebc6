package dev.retort.distill.train;

import ai.djl.ndarray.NDManager;
import dev.retort.data.Batch;

/** The batches of a stage: a function of their number, so that a position is a number alone. */
public interface BatchSource {
  /**
   * A batch.
   *
   * @param number counted from 0, without end
   * @param manager what its arrays belong to
   */
  Batch batch(long number, NDManager manager);
}
