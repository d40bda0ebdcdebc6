package dev.retort.data;

import ai.djl.ndarray.NDManager;

/** A batch of which only the arrays are still to be made. */
@FunctionalInterface
public interface PreparedBatch {
  /**
   * Makes the batch; to be called once.
   *
   * @param manager owns the arrays
   */
  Batch make(NDManager manager);
}
