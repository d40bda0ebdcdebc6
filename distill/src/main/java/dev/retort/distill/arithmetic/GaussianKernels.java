package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import dev.retort.supernet.kernel.Scaling;

/** Sums of Gaussian kernels of several widths between vectors. D features. */
public final class GaussianKernels {
  private GaussianKernels() {}

  /**
   * Squared distances, taken from differences so that equal vectors are exactly 0 apart.
   *
   * @param a [N,D]
   * @param b [M,D]
   * @return [N,M]
   */
  public static NDArray squaredDistances(NDArray a, NDArray b) {
    return a.expandDims(1).sub(b.expandDims(0)).square().sum(new int[] {2});
  }

  /**
   * The least bandwidth h: the mean squared distance of the different pairs of two sets taken
   * together, over {@code factor} to the power of half the number of kernels, rounded down. Not
   * differentiated; 1 where all vectors are equal.
   *
   * @param own squared distances within one set [N,N]
   * @param other within the other [M,M]
   * @param across between both [N,M]
   * @return a scalar above 0
   */
  public static NDArray bandwidth(
      NDArray own, NDArray other, NDArray across, int kernels, double factor) {
    double vectors = own.getShape().get(0) + other.getShape().get(0);
    double middle = Math.pow(factor, Math.floorDiv(kernels, 2));
    NDArray sum = own.stopGradient()
        .sum()
        .add(other.stopGradient().sum())
        .add(Scaling.by(across.stopGradient().sum(), 2));
    NDArray mean = Scaling.over(sum, Math.max(1, vectors * (vectors - 1)) * middle);
    return mean.add(mean.eq(mean.zerosLike()).toType(mean.getDataType(), false));
  }

  /**
   * sum_m exp(-d / (h factor^m)), m from 0 to before {@code kernels}; summed, not averaged.
   *
   * @param distances squared distances, of any shape
   * @param bandwidth h, a scalar above 0
   */
  public static NDArray sum(NDArray distances, NDArray bandwidth, int kernels, double factor) {
    NDArray sum = distances.zerosLike();
    for (int m = 0; m < kernels; m++) {
      NDArray width = Scaling.by(bandwidth, Math.pow(factor, m));
      sum = sum.add(distances.div(width).neg().exp());
    }
    return sum;
  }
}
