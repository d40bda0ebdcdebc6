package dev.retort.data;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * A batch of token sequences, padded on the right to the longest. B batch, S sequence.
 *
 * @param ids token ids [B,S], int64
 * @param types token types [B,S], int64
 * @param mask 1 for tokens and 0 for padding [B,S], float32
 * @param labels class indices [B], int64; or scores [B], float32, for regression; with positions,
 *     one for each of them [N]
 * @param positions where the tokens stand that have labels, counted through the batch from 0 to
 *     B x S, [N], int64: a network gives logits for these alone, [N,C]; null: labels belong to
 *     examples, and a network whose logits are of tokens gives them for all, [B,S,C]
 * @param indices where each example stands in its data set
 */
public record TextBatch(
    NDArray ids,
    NDArray types,
    NDArray mask,
    NDArray labels,
    @Nullable NDArray positions,
    int[] indices)
    implements Batch {
  /** A batch whose labels belong to examples. */
  public TextBatch(NDArray ids, NDArray types, NDArray mask, NDArray labels, int[] indices) {
    this(ids, types, mask, labels, null, indices);
  }
}
