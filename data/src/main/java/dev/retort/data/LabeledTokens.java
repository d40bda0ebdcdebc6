package dev.retort.data;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Texts of which single tokens have labels, the others being left out of losses and scores. */
interface LabeledTokens extends Dataset<Example> {
  /** The label of a token that has none; PyTorch's and Hugging Face's number for it. */
  int IGNORED = -100;

  /** What rows are filled with. */
  int pad();

  /** The label of a token of an example, {@link #IGNORED} where it has none. */
  int tokenLabel(int index, int position);

  /** NaN: an example as a whole has no label. */
  @Override
  default float label(int index) {
    return Float.NaN;
  }

  /**
   * Padded on the right; the positions are those that have labels. {@link WordDropout} changes what
   * is read and not what is asked.
   */
  @Override
  default TextBatch batch(NDManager manager, int[] indices, @Nullable Draw draw) {
    PaddedRows rows = PaddedRows.gather(this, indices, pad());
    long[] labels = new long[rows.ids().length];
    Arrays.fill(labels, IGNORED);
    for (int row = 0; row < indices.length; row++) {
      int length = length(indices[row]);
      for (int i = 0; i < length; i++) {
        labels[row * rows.columns() + i] = tokenLabel(indices[row], i);
      }
    }
    rows.alter(draw);
    return batch(manager, rows, labels, indices);
  }

  /**
   * A batch with labels of tokens.
   *
   * @param labels a label for each place of the rows [B*S]
   */
  static TextBatch batch(NDManager manager, PaddedRows rows, long[] labels, int[] indices) {
    long[] positions = new long[labels.length];
    long[] counted = new long[labels.length];
    int count = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] != IGNORED) {
        positions[count] = i;
        counted[count++] = labels[i];
      }
    }
    if (count == 0) {
      throw new IllegalArgumentException(
          "no token of the batch has a label (" + Arrays.toString(indices) + ")");
    }
    Shape table = new Shape(rows.rows(), rows.columns());
    Shape list = new Shape(count);
    return new TextBatch(
        Batches.longs(manager, rows.ids(), table),
        Batches.longs(manager, rows.types(), table),
        Batches.floats(manager, rows.mask(), table),
        Batches.longs(manager, Arrays.copyOf(counted, count), list),
        Batches.longs(manager, Arrays.copyOf(positions, count), list),
        indices.clone());
  }
}
