package dev.retort.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of tokens padded on the right to the longest, in plain arrays. B rows, S columns.
 *
 * @param rows B
 * @param columns S
 * @param ids token ids [B,S]
 * @param types token types [B,S], 0 where padded
 * @param mask 1 for tokens and 0 for padding [B,S]
 * @param labels class indices or scores [B]
 */
record PaddedRows(int rows, int columns, long[] ids, long[] types, float[] mask, float[] labels) {
  /** Gathers the examples at the given indices. */
  static PaddedRows gather(Dataset<Example> dataset, int[] indices, int padId) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("a batch needs one example or more (0)");
    }
    Example[] examples = new Example[indices.length];
    int columns = 0;
    for (int row = 0; row < examples.length; row++) {
      examples[row] = dataset.get(indices[row]);
      columns = Math.max(columns, examples[row].ids().length);
    }
    int cells = Math.multiplyExact(examples.length, columns);
    long[] ids = new long[cells];
    long[] types = new long[cells];
    float[] mask = new float[cells];
    float[] labels = new float[examples.length];
    Arrays.fill(ids, padId);
    for (int row = 0; row < examples.length; row++) {
      Example example = examples[row];
      int at = row * columns;
      for (int i = 0; i < example.ids().length; i++) {
        ids[at + i] = example.ids()[i];
        types[at + i] = example.types()[i];
      }
      Arrays.fill(mask, at, at + example.ids().length, 1);
      labels[row] = example.label();
    }
    return new PaddedRows(examples.length, columns, ids, types, mask, labels);
  }

  /**
   * Alters what is read, in place.
   *
   * @param draw how; null: not at all
   */
  void alter(@Nullable Draw draw) {
    if (draw == null) {
      return;
    }
    if (!(draw.alteration() instanceof WordDropout words)) {
      throw new IllegalArgumentException("Text cannot be altered by (" + draw.alteration() + ")");
    }
    words.apply(this, draw.streams(), draw.step());
  }

  /** The labels as class indices; -1 for examples without a label. */
  long[] classes() {
    long[] classes = new long[rows];
    for (int row = 0; row < rows; row++) {
      classes[row] = Float.isNaN(labels[row]) ? -1 : (long) labels[row];
    }
    return classes;
  }
}
