package dev.retort.data;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * A batch of images of one size. B batch, D colour planes, H height, W width.
 *
 * @param pixels normalised pixels [B,D,H,W], float32
 * @param labels as {@link Batch#labels}
 * @param indices where each example stands in its data set
 */
public record ImageBatch(NDArray pixels, NDArray labels, int[] indices) implements Batch {
  @Override
  public @Nullable NDArray mask() {
    return null;
  }
}
