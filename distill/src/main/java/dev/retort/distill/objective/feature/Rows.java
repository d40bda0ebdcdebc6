package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Constants;
import dev.retort.supernet.kernel.Autograd;

/** Some rows of what an objective keeps from step to step, read and written without a graph. */
final class Rows {
  private Rows() {}

  /** A copy of some rows. */
  static NDArray read(NDArray kept, int[] rows, NDManager manager) {
    return kept.get(manager, at(rows, manager));
  }

  /** Writes some rows in place; where one stands twice, one of the two stays. */
  static void write(NDArray kept, int[] rows, NDArray values) {
    try (Autograd off = Autograd.off();
        NDManager scratch = kept.getManager().newSubManager()) {
      kept.set(at(rows, scratch), values);
    }
  }

  /** Writes numbers into some rows of one number each, in place. */
  static void write(NDArray kept, int[] rows, double... values) {
    try (NDManager scratch = kept.getManager().newSubManager()) {
      Shape shape = new Shape(values.length);
      write(kept, rows, Constants.of(scratch, values, shape, kept.getDataType()));
    }
  }

  private static NDIndex at(int[] rows, NDManager manager) {
    long[] places = new long[rows.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = rows[i];
    }
    return new NDIndex("{}", Constants.of(manager, places, new Shape(places.length)));
  }
}
