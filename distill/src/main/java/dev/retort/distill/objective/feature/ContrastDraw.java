package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Constants;
import dev.retort.space.RandomStreams;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Draws the negatives of CRD: a function of the seed and of how many batches were drawn for.
 *
 * @param crd whose negatives
 * @param draws how many batches were drawn for, [1]
 * @param labels 1 + class of each example, 0 where it was not seen yet, [N]; null: all are
 *     negatives
 */
record ContrastDraw(Crd crd, NDArray draws, @Nullable NDArray labels) {
  /** After so many draws of the same class an example is taken for want of others. */
  private static final int PATIENCE = 100;

  private static final int[] ONE = {0};

  static ContrastDraw of(Crd crd, NDArray draws, @Nullable NDArray labels) {
    return new ContrastDraw(crd, draws, labels);
  }

  /** Keeps the labels of a batch: class indices [B], or the largest of shares [B,C]. */
  void remember(int[] own, NDArray given) {
    if (labels == null) {
      return;
    }
    long[] classes = classes(own, given);
    double[] seen = new double[own.length];
    for (int i = 0; i < own.length; i++) {
      checked(own[i]);
      seen[i] = 1.0 + classes[i];
    }
    Rows.write(labels, own, seen);
  }

  private static long[] classes(int[] own, NDArray given) {
    Shape shape = given.getShape();
    if (shape.dimension() < 1 || shape.dimension() > 2 || shape.get(0) != own.length) {
      throw new IllegalArgumentException(Crd.NAME + ": labels have shape " + shape
          + ", needed class indices [B] or shares [B,C] of B = " + own.length
          + "; or draw: any");
    }
    NDArray plain = given.stopGradient();
    return (shape.dimension() == 2 ? plain.argMax(1) : plain)
        .toType(DataType.INT64, true)
        .toLongArray();
  }

  private long checked(int index) {
    if (index < 0 || index >= crd.examples()) {
      throw new IllegalArgumentException(Crd.NAME + ": an example stands at (" + index
          + ") of its data, but examples says there are " + crd.examples());
    }
    return index;
  }

  /**
   * The own rows of examples and those of their negatives, [B,1+K], int64.
   *
   * @param counting whether the next call is to draw others
   */
  NDArray next(NDManager manager, int[] own, boolean counting) {
    float before = draws.toFloatArray()[0];
    RandomGenerator random = new RandomStreams(crd.seed()).at("contrast", (long) before);
    float[] seen = labels == null ? new float[0] : labels.toFloatArray();
    int columns = crd.negatives() + 1;
    long[] rows = new long[own.length * columns];
    for (int i = 0; i < own.length; i++) {
      rows[i * columns] = checked(own[i]);
      for (int k = 1; k < columns; k++) {
        rows[i * columns + k] = negative(own[i], seen, random);
      }
    }
    if (counting) {
      Rows.write(draws, ONE, before + 1.0);
    }
    return Constants.of(manager, rows, new Shape(own.length, columns));
  }

  private int negative(int own, float[] seen, RandomGenerator random) {
    int drawn = random.nextInt(crd.examples());
    for (int i = 0; i < PATIENCE && same(own, drawn, seen); i++) {
      drawn = random.nextInt(crd.examples());
    }
    return drawn;
  }

  private static boolean same(int own, int drawn, float[] seen) {
    return seen.length > 0 && (own == drawn || (seen[own] > 0 && seen[own] == seen[drawn]));
  }
}
