package dev.retort.data;

/**
 * One tokenized example.
 *
 * @param ids token ids with the special tokens, no padding
 * @param types token types (segments), as long as {@code ids}
 * @param label class index, score, or NaN without a label
 */
public record Example(int[] ids, int[] types, float label) {}
