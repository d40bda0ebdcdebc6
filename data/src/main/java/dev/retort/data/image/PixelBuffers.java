package dev.retort.data.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Memory outside the heap that batches are made in, used again: such memory is freed late, and a
 * batch of photos takes tens of megabytes.
 */
final class PixelBuffers {
  private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

  /** A buffer of exactly so many float32 numbers; its content is whatever it was. */
  ByteBuffer take(long numbers) {
    int bytes = Math.toIntExact(Math.multiplyExact(numbers, (long) Float.BYTES));
    ByteBuffer buffer = free.poll();
    if (buffer == null || buffer.capacity() < bytes) {
      buffer = ByteBuffer.allocateDirect(bytes);
    }
    return buffer.clear().limit(bytes).order(ByteOrder.nativeOrder());
  }

  /** Gives a buffer back that nothing reads any more. */
  void giveBack(ByteBuffer buffer) {
    free.add(buffer);
  }
}
