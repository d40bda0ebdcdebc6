package dev.retort.distill.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.retort.distill.arithmetic.Transport;
import dev.retort.distill.objective.Attachment.PlacePair;
import dev.retort.distill.objective.FeatureObjective.Features;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Scaling;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;

/** How much each pair of layers counts where every layer learns from every layer. */
final class FeatureFlow {
  private FeatureFlow() {}

  /**
   * The cheapest flow between the layers of student and teacher at the losses' values.
   *
   * @param places every layer of the student with every layer of the teacher, the student's first
   * @param values their losses
   */
  static double[] weights(List<PlacePair> places, double[] values) {
    int rows = (int) places.stream().map(PlacePair::student).distinct().count();
    int columns = values.length / rows;
    double[][] costs = new double[rows][columns];
    for (int i = 0; i < values.length; i++) {
      costs[i / columns][i % columns] = values[i];
      if (!Double.isFinite(values[i])) {
        // The guard of the training sees such a loss; which weight it has does not matter.
        double[] equal = new double[values.length];
        Arrays.fill(equal, 1.0 / values.length);
        return equal;
      }
    }
    return Arrays.stream(Transport.flow(costs)).flatMapToDouble(Arrays::stream).toArray();
  }

  /** The sum of weighted losses; those of weight 0, most of a flow, are not asked for. */
  static NDArray total(double[] weights, IntFunction<NDArray> losses) {
    NDArray total = null;
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        NDArray term = Scaling.by(losses.apply(i), weights[i]);
        total = total == null ? term : total.add(term);
      }
    }
    return Objects.requireNonNull(total, "some pair counts");
  }

  /**
   * The values of all pairs' losses, without graphs: the flow is a constant. What a pair's loss
   * makes is freed before the next, which takes the same memory while the cores still have it near.
   */
  static double[] values(List<Features> pairs, Function<Features, NDArray> loss) {
    NDList values = new NDList();
    try (Autograd off = Autograd.off()) {
      for (Features each : pairs) {
        try (NDScope scope = new NDScope()) {
          scope.suppressNotUsedWarning();
          NDArray value = loss.apply(each);
          NDScope.unregister(value);
          values.add(value);
        }
      }
      return read(values);
    } finally {
      values.close();
    }
  }

  /** The values of losses that have been taken. */
  static double[] values(List<NDArray> losses) {
    NDList detached = new NDList();
    losses.forEach(each -> detached.add(each.stopGradient()));
    return read(detached);
  }

  /** All at once: to ask for one would wait for the engine each time. */
  private static double[] read(NDList values) {
    return NDArrays.stack(values).toType(DataType.FLOAT64, true).toDoubleArray();
  }
}
