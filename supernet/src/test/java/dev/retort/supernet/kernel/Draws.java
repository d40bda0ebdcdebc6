package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.RandomStreams;
import java.util.random.RandomGenerator;

/** Arrays drawn from a seed. */
final class Draws {
  private final NDManager manager;
  private final RandomGenerator random;

  Draws(NDManager manager, long seed) {
    this.manager = manager;
    this.random = new RandomStreams(seed).at("case", 0);
  }

  /** A whole number from 1 to the given one. */
  int upTo(int most) {
    return 1 + random.nextInt(most);
  }

  /** Standard normal, float32. */
  NDArray normal(long... shape) {
    return doubles(shape).toType(DataType.FLOAT32, false);
  }

  /** Standard normal, float64. */
  NDArray doubles(long... shape) {
    double[] values = new double[(int) new Shape(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    return manager.create(values, new Shape(shape));
  }

  /** Row numbers below a bound, int64 [rows, columns]. */
  NDArray ids(int bound, int rows, int columns) {
    long[] values = new long[rows * columns];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(bound);
    }
    return manager.create(values, new Shape(rows, columns));
  }

  /** What is added to attention scores for rows of random lengths, float32 [B,1,1,S]. */
  NDArray paddingBias(int batch, int sequence) {
    float[] values = new float[batch * sequence];
    for (int row = 0; row < batch; row++) {
      int length = upTo(sequence);
      for (int i = length; i < sequence; i++) {
        values[row * sequence + i] = -1e9f;
      }
    }
    return manager.create(values, new Shape(batch, 1, 1, sequence));
  }
}
