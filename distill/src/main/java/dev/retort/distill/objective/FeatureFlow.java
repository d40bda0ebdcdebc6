package dev.retort.distill.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import dev.retort.distill.arithmetic.Transport;
import dev.retort.distill.objective.Attachment.PlacePair;
import java.util.Arrays;
import java.util.List;

/** How much each pair of layers counts where every layer learns from every layer. */
final class FeatureFlow {
  private FeatureFlow() {}

  /**
   * The cheapest flow between the layers of student and teacher at the losses' values.
   *
   * @param places every layer of the student with every layer of the teacher, the student's first
   * @param losses their losses
   */
  static double[] weights(List<PlacePair> places, List<NDArray> losses) {
    int rows = (int) places.stream().map(PlacePair::student).distinct().count();
    int columns = losses.size() / rows;
    double[][] costs = new double[rows][columns];
    double[] values = values(losses);
    for (int i = 0; i < values.length; i++) {
      costs[i / columns][i % columns] = values[i];
      if (!Double.isFinite(costs[i / columns][i % columns])) {
        // The guard of the training sees such a loss; which weight it has does not matter.
        double[] equal = new double[losses.size()];
        Arrays.fill(equal, 1.0 / losses.size());
        return equal;
      }
    }
    return Arrays.stream(Transport.flow(costs)).flatMapToDouble(Arrays::stream).toArray();
  }

  /** All at once: to ask for one would wait for the engine each time. */
  private static double[] values(List<NDArray> losses) {
    NDList detached = new NDList();
    losses.forEach(each -> detached.add(each.stopGradient()));
    return NDArrays.stack(detached).toType(DataType.FLOAT64, true).toDoubleArray();
  }
}
