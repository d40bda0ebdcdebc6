package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.retort.supernet.kernel.Autograd;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What KDVR measures: gradients of single samples, how much they vary, and how two sets of them go
 * together. Safaryan, Peste and Alistarh (NeurIPS 2023, arXiv 2305.17581).
 *
 * <p>Gradients of N samples are [N,..]; variance and covariance are sums over all entries of the
 * mean over samples, with divisor N, and 0 for one sample or none. Numbers are summed in float64.
 */
public final class GradientStatistics {
  private GradientStatistics() {}

  /** The mean squared distance of a sample's gradient to the mean gradient. */
  public static double variance(NDArray gradients) {
    return covariance(gradients, gradients);
  }

  /** The mean product of two gradients of one sample, each less its mean. */
  public static double covariance(NDArray left, NDArray right) {
    if (!left.getShape().equals(right.getShape())) {
      throw new IllegalArgumentException("Gradients of samples have shapes " + left.getShape()
          + " and " + right.getShape() + ", needed the same");
    }
    long samples = left.getShape().get(0);
    if (samples == 0) {
      return 0;
    }
    try (NDManager manager = left.getManager().newSubManager()) {
      NDArray product = centred(left, manager).mul(centred(right, manager));
      return product.sum().getDouble() / samples;
    }
  }

  private static NDArray centred(NDArray gradients, NDManager manager) {
    NDArray exact = exact(gradients, manager);
    return exact.sub(exact.mean(new int[] {0}, true));
  }

  private static NDArray exact(NDArray array, NDManager manager) {
    NDArray exact = array.stopGradient();
    exact.attach(manager);
    return exact.toType(DataType.FLOAT64, false);
  }

  /** Cov(left, right) / Var(right), 0 where the right ones do not vary. */
  public static double slope(NDArray left, NDArray right) {
    double variance = variance(right);
    return variance > 0 ? covariance(left, right) / variance : 0;
  }

  /** The cosine between two gradients taken as vectors; 0 where one of them is 0. */
  public static double cosine(NDArray left, NDArray right) {
    try (NDManager manager = left.getManager().newSubManager()) {
      NDArray a = exact(left, manager);
      NDArray b = exact(right, manager);
      double norms =
          Math.sqrt(a.square().sum().getDouble()) * Math.sqrt(b.square().sum().getDouble());
      return norms > 0 ? a.mul(b).sum().getDouble() / norms : 0;
    }
  }

  /**
   * The gradient of a linear soft-max model for each sample, in closed form: (softmax(W x) - y)
   * x^T.
   *
   * @param weights W, [C,D]
   * @param inputs x, [N,D]
   * @param targets y, shares of classes [N,C]: labels for cross-entropy, (1-l) labels + l times the
   *     teacher's distribution for distillation at temperature 1
   * @return [N,C,D]
   */
  public static NDArray softmaxLinear(NDArray weights, NDArray inputs, NDArray targets) {
    NDArray error = inputs.matMul(weights.transpose()).softmax(1).sub(targets);
    return error.expandDims(2).mul(inputs.expandDims(1));
  }

  /**
   * The gradient of any network for each sample, by a backward pass each.
   *
   * @param samples how many, at least 1
   * @param weights arrays that require a gradient, at least one
   * @param loss of one sample, computed from the weights; recorded here
   * @return [N,P], the gradients of all weights one after the other, in the first weight's manager
   */
  public static NDArray ofSamples(int samples, List<NDArray> weights, IntFunction<NDArray> loss) {
    if (samples < 1 || weights.isEmpty()) {
      throw new IllegalArgumentException(
          "Needed samples and weights, not (" + samples + ") and (" + weights.size() + ")");
    }
    NDList rows = new NDList();
    for (int i = 0; i < samples; i++) {
      try (Autograd recording = Autograd.recording()) {
        NDArray value = loss.apply(i);
        NDList parts = new NDList();
        for (NDArray each : weights) {
          parts.add(Autograd.derivative(value, each).flatten());
        }
        rows.add(NDArrays.concat(parts));
      }
    }
    return NDArrays.stack(rows);
  }
}
