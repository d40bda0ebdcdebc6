package dev.retort.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.RandomStreams;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes batches of tensors from examples: four arrays, each in one native call. */
public final class Batches {
  private Batches() {}

  /**
   * Makes a batch, trimmed to its longest example and padded on the right.
   *
   * @param manager owns the arrays
   * @param indices the examples of the batch, one or more
   * @param regression whether labels are scores (float32) and not class indices (int64, -1 where
   *     an example has no label)
   * @param padId the id of {@code [PAD]}
   */
  public static TextBatch collate(
      NDManager manager, Dataset dataset, int[] indices, boolean regression, int padId) {
    return tensors(manager, PaddedRows.gather(dataset, indices, padId), indices, regression);
  }

  /**
   * As above, with word dropout.
   *
   * @param step the training step that the draw is for
   */
  public static TextBatch collate(
      NDManager manager,
      Dataset dataset,
      int[] indices,
      boolean regression,
      int padId,
      WordDropout dropout,
      RandomStreams streams,
      long step) {
    PaddedRows rows = PaddedRows.gather(dataset, indices, padId);
    dropout.apply(rows, streams, step);
    return tensors(manager, rows, indices, regression);
  }

  private static TextBatch tensors(
      NDManager manager, PaddedRows rows, int[] indices, boolean regression) {
    Shape table = new Shape(rows.rows(), rows.columns());
    Shape column = new Shape(rows.rows());
    NDArray labels = regression
        ? floats(manager, rows.labels(), column)
        : longs(manager, rows.classes(), column);
    return new TextBatch(
        longs(manager, rows.ids(), table),
        longs(manager, rows.types(), table),
        floats(manager, rows.mask(), table),
        labels,
        indices.clone());
  }

  private static NDArray longs(NDManager manager, long[] values, Shape shape) {
    ByteBuffer buffer = direct(values.length * Long.BYTES);
    buffer.asLongBuffer().put(values);
    return manager.create(buffer, shape, DataType.INT64);
  }

  private static NDArray floats(NDManager manager, float[] values, Shape shape) {
    ByteBuffer buffer = direct(values.length * Float.BYTES);
    buffer.asFloatBuffer().put(values);
    return manager.create(buffer, shape, DataType.FLOAT32);
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
