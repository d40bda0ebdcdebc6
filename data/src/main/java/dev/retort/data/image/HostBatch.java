package dev.retort.data.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.data.ImageBatch;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A batch in the host's memory. B batch, D planes, H height, W width.
 *
 * @param pixels [B,D,H,W], float32
 * @param shape of the pixels
 * @param classes [B]; null where the labels are numbers
 * @param numbers the labels otherwise, float32
 * @param numbersShape their shape
 * @param indices where each image stands in its data set
 * @param buffers where the memory goes back to
 */
record HostBatch(
    ByteBuffer pixels,
    Shape shape,
    long @Nullable [] classes,
    @Nullable FloatBuffer numbers,
    Shape numbersShape,
    int[] indices,
    PixelBuffers buffers) {
  /** Makes the arrays and gives the memory back. */
  ImageBatch make(NDManager manager) {
    NDArray images = copied(manager, pixels, shape);
    buffers.giveBack(pixels);
    NDArray labels;
    if (classes != null) {
      labels = manager.create(LongBuffer.wrap(classes), new Shape(indices.length), DataType.INT64);
    } else if (numbers != null) {
      // Loss functions keep labels for the backward pass: a copy of the engine's stays.
      try (NDArray inPlace = manager.create(numbers, numbersShape, DataType.FLOAT32)) {
        labels = inPlace.duplicate();
      }
    } else {
      throw new IllegalStateException("a batch without labels");
    }
    return new ImageBatch(images, labels, indices);
  }

  /** The engine reads a buffer where it is; only a copy lets the memory be used again. */
  private static NDArray copied(NDManager manager, ByteBuffer buffer, Shape shape) {
    try (NDArray inPlace = manager.create(buffer, shape, DataType.FLOAT32)) {
      return inPlace.duplicate();
    }
  }
}
