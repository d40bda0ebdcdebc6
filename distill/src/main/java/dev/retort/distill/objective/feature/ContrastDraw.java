package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Constants;
import dev.retort.space.RandomStreams;
import java.util.random.RandomGenerator;

/**
 * Draws the negatives of CRD, on the host: a function of the seed and of how many batches were
 * drawn for.
 *
 * @param crd whose negatives
 * @param draws how many batches were drawn for
 * @param seen 1 + class of each example, 0 where it was not seen yet, [N]; empty: all are negatives
 */
record ContrastDraw(Crd crd, long draws, float[] seen) {
  /** After so many draws of the same class an example is taken for want of others. */
  private static final int PATIENCE = 100;

  /**
   * Takes the classes of a batch.
   *
   * @param own the places of its examples [B]
   * @param classes theirs [B]
   * @return what is to be kept of each
   */
  double[] remember(int[] own, float[] classes) {
    double[] kept = new double[own.length];
    for (int i = 0; i < own.length; i++) {
      kept[i] = 1.0 + classes[i];
      seen[checked(own[i])] = (float) kept[i];
    }
    return kept;
  }

  /** The classes of examples, float32 [B]: class indices [B], or the largest of shares [B,C]. */
  static NDArray classes(int examples, NDArray given) {
    Shape shape = given.getShape();
    if (shape.dimension() < 1 || shape.dimension() > 2 || shape.get(0) != examples) {
      throw new IllegalArgumentException(Crd.NAME + ": labels have shape " + shape
          + ", needed class indices [B] or shares [B,C] of B = " + examples
          + "; or draw: any");
    }
    NDArray plain = given.stopGradient();
    return (shape.dimension() == 2 ? plain.argMax(1) : plain).toType(DataType.FLOAT32, true);
  }

  private int checked(int index) {
    if (index < 0 || index >= crd.examples()) {
      throw new IllegalArgumentException(Crd.NAME + ": an example stands at (" + index
          + ") of its data, but examples says there are " + crd.examples());
    }
    return index;
  }

  /** The own rows of examples and those of their negatives, [B,1+K], int64. */
  NDArray next(NDManager manager, int[] own) {
    RandomGenerator random = new RandomStreams(crd.seed()).at("contrast", draws);
    int columns = crd.negatives() + 1;
    long[] rows = new long[own.length * columns];
    for (int i = 0; i < own.length; i++) {
      rows[i * columns] = checked(own[i]);
      for (int k = 1; k < columns; k++) {
        rows[i * columns + k] = negative(own[i], random);
      }
    }
    return Constants.of(manager, rows, new Shape(own.length, columns));
  }

  private int negative(int own, RandomGenerator random) {
    int drawn = below(crd.examples(), random);
    for (int i = 0; i < PATIENCE && same(own, drawn); i++) {
      drawn = below(crd.examples(), random);
    }
    return drawn;
  }

  /**
   * A number from 0 to below n, each as likely: Lemire, "Fast Random Integer Generation in an
   * Interval" (ACM TOMACS 29, 2019). Half a million are drawn for a batch.
   */
  private static int below(int n, RandomGenerator random) {
    long product = Integer.toUnsignedLong(random.nextInt()) * n;
    if (Integer.compareUnsigned((int) product, n) < 0) {
      int least = Integer.remainderUnsigned(-n, n);
      while (Integer.compareUnsigned((int) product, least) < 0) {
        product = Integer.toUnsignedLong(random.nextInt()) * n;
      }
    }
    return (int) (product >>> 32);
  }

  private boolean same(int own, int drawn) {
    return seen.length > 0 && (own == drawn || (seen[own] > 0 && seen[own] == seen[drawn]));
  }
}
