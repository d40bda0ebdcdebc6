package dev.retort.supernet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;

/** Holds gradients against central differences, in float64. */
public final class CentralDifferences {
  private static final double STEP = 1e-5;

  private CentralDifferences() {}

  /**
   * Checks the gradient of a loss with respect to some entries of a float64 array.
   *
   * @param what names the array in messages
   * @param loss the loss at a value of the array
   * @param gradient what automatic differentiation says
   */
  public static void check(
      String what, Function<NDArray, NDArray> loss, NDArray at, NDArray gradient, int[] entries) {
    double[] values = at.toDoubleArray();
    double[] claimed = gradient.toDoubleArray();
    try (Autograd off = Autograd.off();
        NDManager manager = at.getManager().newSubManager()) {
      for (int entry : entries) {
        double before = values[entry];
        values[entry] = before + STEP;
        double above = value(loss.apply(manager.create(values, at.getShape())));
        values[entry] = before - STEP;
        double below = value(loss.apply(manager.create(values, at.getShape())));
        values[entry] = before;
        double difference = (above - below) / (2 * STEP);
        assertThat(claimed[entry])
            .as("gradient of %s, entry %d", what, entry)
            .isCloseTo(difference, Offset.offset(1e-6 + 1e-5 * Math.abs(difference)));
      }
    }
  }

  /** Checks every entry. */
  public static void checkAll(
      String what, Function<NDArray, NDArray> loss, NDArray at, NDArray gradient) {
    check(what, loss, at, gradient, IntStream.range(0, (int) at.size()).toArray());
  }

  private static double value(NDArray loss) {
    return loss.toDoubleArray()[0];
  }
}
