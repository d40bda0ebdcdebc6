package dev.retort.data;

import ai.djl.ndarray.NDArray;

/**
 * A batch of token sequences, padded on the right to the longest. B batch, S sequence.
 *
 * @param ids token ids [B,S], int64
 * @param types token types [B,S], int64
 * @param mask 1 for tokens and 0 for padding [B,S], float32
 * @param labels class indices [B], int64; or scores [B], float32, for regression
 * @param indices where each example stands in its data set
 */
public record TextBatch(NDArray ids, NDArray types, NDArray mask, NDArray labels, int[] indices)
    implements Batch {}
