package dev.retort.supernet.format;

import ai.djl.ndarray.types.Shape;

/**
 * What a safetensors header says of one tensor; checked against the file when it was opened.
 *
 * @param name its name
 * @param type its element type in the file
 * @param shape its shape, outermost axis first; a scalar has none, an axis may be 0
 * @param begin its first byte, counted from the end of the header
 * @param end the byte after its last
 */
public record TensorEntry(String name, TensorType type, Shape shape, long begin, long end) {
  /** Number of elements. */
  public long count() {
    long count = 1;
    for (long each : shape.getShape()) {
      count *= each;
    }
    return count;
  }

  /** Bytes in the file. */
  public long bytes() {
    return end - begin;
  }
}
