package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import dev.retort.supernet.kernel.Scaling;

/**
 * Pearson's correlation along an axis, and the z-scores of rows. Nothing is detached.
 *
 * <p>Where either side does not vary beyond float32's rounding, the correlation and its gradient
 * are 0. There the plain formula divides by epsilon alone: its value is 0 too, but its gradient is
 * noise times 1/epsilon, and NaN where the norm is taken of zeros.
 */
public final class Correlation {
  /** What is added to the product of the norms, as in DIST's released code. */
  public static final double EPSILON = 1e-8;

  /** Deviations below this share of the values' own size are rounding. */
  private static final double ROUNDING = 1e-6;
  /** What logit standardisation adds to the deviation (Sun et al., CVPR 2024). */
  private static final float DEVIATION = 1e-7f;

  private Correlation() {}

  /**
   * rho = sum x y / (|x| |y| + epsilon), x and y the deviations from the means along the axis.
   *
   * @param a [R,C]
   * @param b [R,C]
   * @param axis 1 for a correlation a row [R], 0 for one a column [C]
   * @param epsilon at least 0
   */
  public static NDArray pearson(NDArray a, NDArray b, int axis, double epsilon) {
    NDArray x = centred(a, axis);
    NDArray y = centred(b, axis);
    int[] axes = {axis};
    NDArray varies = varies(a, x, axes).mul(varies(b, y, axes));
    NDArray norms = norm(x, varies, axes).mul(norm(y, varies, axes));
    return x.mul(y).sum(axes).mul(varies).div(Scaling.plus(norms, epsilon));
  }

  /** (x - mean) / (deviation + 1e-7) of each row [R,C], with C - 1 under the deviation. */
  public static NDArray standardised(NDArray rows) {
    int[] axes = {1};
    NDArray x = centred(rows, 1);
    NDArray varies = varies(rows, x, axes);
    NDArray norm = norm(x, varies, axes);
    double freedom = Math.sqrt(Math.max(1, rows.getShape().get(1) - 1));
    NDArray deviation = Scaling.plus(Scaling.over(norm, freedom), DEVIATION);
    return x.mul(varies.expandDims(1)).div(deviation.expandDims(1));
  }

  private static NDArray centred(NDArray values, int axis) {
    NDArray sum = values.sum(new int[] {axis}, true);
    return values.sub(Scaling.over(sum, Math.max(1, values.getShape().get(axis))));
  }

  /** 1 where the values vary, else 0; a constant. */
  private static NDArray varies(NDArray values, NDArray centred, int[] axes) {
    NDArray size = values.stopGradient().square().sum(axes);
    return centred
        .stopGradient()
        .square()
        .sum(axes)
        .gt(Scaling.by(size, ROUNDING * ROUNDING))
        .toType(values.getDataType(), false);
  }

  /** The norm, with a harmless 1 under the root where it does not count: no derivative at 0. */
  private static NDArray norm(NDArray centred, NDArray counts, int[] axes) {
    return centred
        .square()
        .sum(axes)
        .mul(counts)
        .add(Scaling.plus(counts.neg(), 1))
        .sqrt();
  }
}
