package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.retort.supernet.kernel.Scaling;

/** Logarithms of sums and means of exponentials, without leaving what floats can hold. */
public final class LogSums {
  /** From here on exponentials go on as straight lines, so that they stay finite. */
  private static final double STEEPEST = 30;

  private LogSums() {}

  /** log sum exp over the last axis, which stays as 1. */
  public static NDArray ofRows(NDArray x) {
    int last = x.getShape().dimension() - 1;
    NDArray largest = x.stopGradient().max(new int[] {last}, true);
    return x.sub(largest).exp().sum(new int[] {last}, true).log().add(largest);
  }

  /** log (exp a + exp b), entry by entry. */
  public static NDArray ofTwo(NDArray a, NDArray b) {
    NDArray largest = a.stopGradient().maximum(b.stopGradient());
    return a.sub(largest).exp().add(b.sub(largest).exp()).log().add(largest);
  }

  /**
   * For each entry of a row the log of the mean of the exponentials of the others.
   *
   * <p>The sum without an entry is the sum less that entry, which loses no digits as long as the
   * entry is not the largest; the largest one's others are summed by themselves. So it costs
   * O(n^2) for n rows, not O(n^3).
   *
   * @param x [n,m], m at least 2
   * @return [n,m]
   */
  public static NDArray meanOfOthers(NDArray x) {
    int columns = (int) x.getShape().get(1);
    NDArray top = x.stopGradient().argMax(1).oneHot(columns, DataType.FLOAT32);
    NDArray here = top.toType(x.getDataType(), false);
    NDArray elsewhere = Scaling.plus(here.neg(), 1);
    NDArray largest = x.stopGradient().max(new int[] {1}, true);
    NDArray shares = x.sub(largest).exp();
    // At the largest entry itself the whole sum stands in, so that no logarithm of 0 has a
    // gradient.
    NDArray most =
        shares.sum(new int[] {1}, true).sub(shares.mul(elsewhere)).log().add(largest);
    NDArray rest = ofRows(x.add(here.mul(Constants.like(x, NonTargets.OUT))));
    NDArray sums = most.mul(elsewhere).add(rest.mul(here));
    return sums.sub(Constants.like(x, Math.log(columns - 1.0)));
  }

  /** exp up to e^30, from there on its tangent. */
  public static NDArray boundedExp(NDArray x) {
    // The tangent has its own branch: beside e^30 the gradient of the exponential would be lost.
    NDArray beyond = x.sub(Constants.like(x, STEEPEST)).getNDArrayInternal().relu();
    return Constants.atMost(x, STEEPEST)
        .exp()
        .add(beyond.mul(Constants.like(x, Math.exp(STEEPEST))));
  }
}
