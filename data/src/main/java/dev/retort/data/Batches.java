package dev.retort.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Makes arrays from plain rows, each in one native call. */
final class Batches {
  private Batches() {}

  /**
   * A batch of padded rows.
   *
   * @param manager owns the arrays
   * @param regression whether labels are scores (float32) and not class indices (int64, -1 where
   *     an example has no label)
   */
  static TextBatch text(NDManager manager, PaddedRows rows, int[] indices, boolean regression) {
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

  static NDArray longs(NDManager manager, long[] values, Shape shape) {
    ByteBuffer buffer = direct(values.length * Long.BYTES);
    buffer.asLongBuffer().put(values);
    return manager.create(buffer, shape, DataType.INT64);
  }

  static NDArray floats(NDManager manager, float[] values, Shape shape) {
    ByteBuffer buffer = direct(values.length * Float.BYTES);
    buffer.asFloatBuffer().put(values);
    return manager.create(buffer, shape, DataType.FLOAT32);
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }
}
