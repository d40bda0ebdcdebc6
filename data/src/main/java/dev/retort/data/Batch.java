package dev.retort.data;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/** What a network is given at once. B examples. */
public sealed interface Batch permits TextBatch, ImageBatch {
  /**
   * What the examples should give: class indices [B], int64, -1 where an example has none; scores
   * [B], float32; one of these for each token that has one [N] ({@link TextBatch#positions});
   * shares of each class [B,C], float32, where labels are mixed; or what a task's
   * head is trained on, float32.
   */
  NDArray labels();

  /** Where each example stands in its data set. */
  int[] indices();

  /** Number of examples, B. */
  default int size() {
    return indices().length;
  }

  /** 1 for tokens and 0 for padding [B,S], float32; null where nothing is padded. */
  @Nullable
  NDArray mask();
}
