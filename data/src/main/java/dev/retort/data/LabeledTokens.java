package dev.retort.data;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Texts of which single tokens have labels; the others are left out of losses and scores. Special
 * tokens and padding have none.
 */
public sealed interface LabeledTokens extends Dataset<Example>
    permits TokenBlocks, Instructions, TokenLabels {
  /** The label of a token that has none; PyTorch's and Hugging Face's number for it. */
  int IGNORED = LabeledRows.IGNORED;

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
    return rows(indices, draw).make(manager);
  }

  @Override
  default PreparedBatch prepare(int[] indices, @Nullable Draw draw) {
    return rows(indices, draw);
  }

  private LabeledRows rows(int[] indices, @Nullable Draw draw) {
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
    return LabeledRows.of(rows, labels, indices);
  }
}
