package dev.retort.data;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * Padded rows of which single tokens have labels, in plain arrays. B rows, S columns, N labels.
 *
 * @param rows the rows
 * @param positions where the tokens with labels stand, through all rows [N]
 * @param labels their labels [N]
 * @param indices the examples [B]
 */
record LabeledRows(PaddedRows rows, long[] positions, long[] labels, int[] indices)
    implements PreparedBatch {
  /** The label of a token that has none; PyTorch's and Hugging Face's number for it. */
  static final int IGNORED = -100;

  /**
   * Gathers what has a label.
   *
   * @param cells a label for each place of the rows, or {@link #IGNORED} [B*S]
   */
  static LabeledRows of(PaddedRows rows, long[] cells, int[] indices) {
    long[] positions = new long[cells.length];
    long[] labels = new long[cells.length];
    int count = 0;
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] != IGNORED) {
        positions[count] = i;
        labels[count++] = cells[i];
      }
    }
    if (count == 0) {
      throw new IllegalArgumentException(
          "no token of the batch has a label (" + Arrays.toString(indices) + ")");
    }
    return new LabeledRows(
        rows, Arrays.copyOf(positions, count), Arrays.copyOf(labels, count), indices.clone());
  }

  @Override
  public TextBatch make(NDManager manager) {
    Shape table = new Shape(rows.rows(), rows.columns());
    Shape list = new Shape(labels.length);
    return new TextBatch(
        Batches.longs(manager, rows.ids(), table),
        Batches.longs(manager, rows.types(), table),
        Batches.floats(manager, rows.mask(), table),
        Batches.longs(manager, labels, list),
        Batches.longs(manager, positions, list),
        indices);
  }
}
