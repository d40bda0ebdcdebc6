package dev.retort.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;

/** Numbers of a tensor as JSON: a list in a list for each axis. */
final class Nested {
  private Nested() {}

  /** The numbers, row by row, in this shape, which has an axis or more. */
  static ArrayNode of(float[] values, long[] shape) {
    return of(values, 0, values.length, shape, 0);
  }

  private static ArrayNode of(float[] values, int from, int to, long[] shape, int axis) {
    ArrayNode array = Json.array();
    int parts = (int) shape[axis];
    int size = parts == 0 ? 0 : (to - from) / parts;
    for (int i = 0; i < parts; i++) {
      int at = from + i * size;
      if (axis == shape.length - 1) {
        array.add(values[at]);
      } else {
        array.add(of(values, at, at + size, shape, axis + 1));
      }
    }
    return array;
  }
}
