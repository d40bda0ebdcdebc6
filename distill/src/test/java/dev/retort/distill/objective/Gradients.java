package dev.retort.distill.objective;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.kernel.Autograd;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.assertj.core.data.Offset;

/** Random arrays in float64 and central differences. */
public final class Gradients {
  private static final double STEP = 1e-5;

  private Gradients() {}

  /** The stream of a test, its seed in the test's output. */
  public static RandomGenerator stream(String purpose, long seed) {
    System.out.println(purpose + ": seed " + seed);
    return new RandomStreams(seed).at(purpose, 0);
  }

  /** Normal numbers times {@code scale}, float64, with a gradient to collect. */
  public static NDArray normal(
      NDManager manager, RandomGenerator random, double scale, long... shape) {
    double[] values = new double[(int) new Shape(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = scale * random.nextGaussian();
    }
    NDArray array = manager.create(values, new Shape(shape));
    array.setRequiresGradient(true);
    return array;
  }

  /** As float32, with a gradient to collect. */
  public static NDArray floats(NDArray array) {
    NDArray copy = array.toType(DataType.FLOAT32, true);
    copy.setRequiresGradient(true);
    return copy;
  }

  /** A loss with its graph. */
  public static NDArray recorded(Supplier<NDArray> loss) {
    try (Autograd recording = Autograd.recording()) {
      return loss.get();
    }
  }

  /** The loss, after its gradients were collected. */
  public static double backward(List<NDArray> inputs, Function<List<NDArray>, NDArray> loss) {
    NDArray value = recorded(() -> loss.apply(inputs));
    Autograd.backward(value);
    assertThat(value.getShape().dimension()).isZero();
    return value.toType(DataType.FLOAT64, true).getDouble();
  }

  /** Checks the gradient of each input against central differences. */
  public static void check(List<NDArray> inputs, Function<List<NDArray>, NDArray> loss) {
    backward(inputs, loss);
    for (int k = 0; k < inputs.size(); k++) {
      NDArray input = inputs.get(k);
      double[] gradient = input.getGradient().toDoubleArray();
      double[] values = input.toDoubleArray();
      for (int i = 0; i < values.length; i++) {
        double difference =
            (at(inputs, k, i, STEP, loss) - at(inputs, k, i, -STEP, loss)) / (2 * STEP);
        assertThat(gradient[i])
            .as("gradient of input %d, entry %d", k, i)
            .isCloseTo(difference, Offset.offset(1e-6 + 1e-5 * Math.abs(difference)));
      }
    }
  }

  private static double at(
      List<NDArray> inputs, int k, int i, double step, Function<List<NDArray>, NDArray> loss) {
    NDArray input = inputs.get(k);
    double[] moved = input.toDoubleArray();
    moved[i] += step;
    List<NDArray> others = new ArrayList<>(inputs);
    others.set(k, input.getManager().create(moved, input.getShape()));
    return loss.apply(others).toDoubleArray()[0];
  }

  /** Checks that a gradient is 0 in every entry. */
  public static void assertNone(NDArray input) {
    for (Number each : input.getGradient().toType(DataType.FLOAT64, true).toArray()) {
      assertThat(each.doubleValue()).isZero();
    }
  }

  /** Checks that a gradient has no NaN and no infinity. */
  public static void assertFinite(NDArray input) {
    for (Number each : input.getGradient().toType(DataType.FLOAT64, true).toArray()) {
      assertThat(each.doubleValue()).isFinite();
    }
  }
}
