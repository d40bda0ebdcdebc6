package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.supernet.kernel.Kernels.Resizing;

/**
 * Planes of another size (Keys, Cubic convolution interpolation, IEEE TASSP 1981), a matrix for
 * each axis.
 *
 * <p>The engine's binding is not used: its cubic form smooths (a -0.5, as with {@code antialias} in
 * PyTorch), and nobody's weights were trained with that.
 */
final class Resampling {
  /** PyTorch's cubic: how steep the weights leave the pixels beside them. */
  private static final double A = -0.75;

  private Resampling() {}

  /** [B,D,H,W] to [B,D,height,width]. */
  static NDArray of(NDArray x, int height, int width, Resizing how) {
    Shape shape = x.getShape();
    NDManager manager = x.getManager();
    try (NDArray rows = matrix(manager, (int) shape.get(2), height, how, x.getDataType());
        NDArray columns = matrix(manager, (int) shape.get(3), width, how, x.getDataType())) {
      return rows.matMul(x.matMul(columns.transpose()));
    }
  }

  /** [to,from]: what each new pixel takes of each old one. */
  private static NDArray matrix(
      NDManager manager, int from, int to, Resizing how, DataType dataType) {
    double[] weights = new double[from * to];
    for (int i = 0; i < to; i++) {
      double centre = (i + 0.5) * from / to - 0.5;
      int left = (int) Math.floor(centre);
      double t = centre - left;
      switch (how) {
        case NEAREST -> add(weights, i, from, (int) ((long) i * from / to), 1);
        case BILINEAR -> {
          add(weights, i, from, left, 1 - t);
          add(weights, i, from, left + 1, t);
        }
        case SMOOTH -> smooth(weights, i, from, centre, Math.max(1, (double) from / to));
        case BICUBIC -> {
          add(weights, i, from, left - 1, far(1 + t));
          add(weights, i, from, left, near(t));
          add(weights, i, from, left + 1, near(1 - t));
          add(weights, i, from, left + 2, far(2 - t));
        }
      }
    }
    // The graph keeps the matrix: it must lie in the engine's memory, not in Java's.
    try (NDArray borrowed = manager.create(weights, new Shape(to, from));
        NDArray matrix = borrowed.toType(dataType, false)) {
      return matrix.duplicate();
    }
  }

  /** Beyond the edge stands the pixel at the edge. */
  private static void add(double[] weights, int row, int from, int column, double weight) {
    weights[row * from + Math.max(0, Math.min(column, from - 1))] += weight;
  }

  /** A triangle around the centre, as wide as one new pixel covers on either side, of sum 1. */
  private static void smooth(double[] weights, int row, int from, double centre, double reach) {
    int first = Math.max(0, (int) Math.ceil(centre - reach));
    int last = Math.min(from - 1, (int) Math.floor(centre + reach));
    double sum = 0;
    for (int j = first; j <= last; j++) {
      sum += 1 - Math.abs(j - centre) / reach;
    }
    for (int j = first; j <= last; j++) {
      add(weights, row, from, j, (1 - Math.abs(j - centre) / reach) / sum);
    }
  }

  private static double near(double t) {
    return ((A + 2) * t - (A + 3)) * t * t + 1;
  }

  private static double far(double t) {
    return ((A * t - 5 * A) * t + 8 * A) * t - 4 * A;
  }
}
