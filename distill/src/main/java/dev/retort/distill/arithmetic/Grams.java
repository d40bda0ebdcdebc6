package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import dev.retort.supernet.kernel.Precision;
import dev.retort.supernet.kernel.Scaling;

/** Distances of the products of every row with every row. N rows, D columns. */
public final class Grams {
  private Grams() {}

  /**
   * For each row i the sum over j of (a_i a_j' - b_i b_j')^2.
   *
   * <p>Where there are more rows than columns no [N,N] is made: the sum over j of (a_i a_j')^2 is
   * a_i (A'A) a_i', and the mixed term a_i (A'B) b_i', with [D,D] in the middle. They cancel where
   * the two are near, so that way goes by float64.
   *
   * @param a [N,D]
   * @param b [N,D]
   * @return [N], 0 or more but for rounding
   */
  public static NDArray squaredDistances(NDArray a, NDArray b) {
    return a.getShape().get(0) > a.getShape().get(1) ? throughColumns(a, b) : direct(a, b);
  }

  static NDArray direct(NDArray a, NDArray b) {
    return a.matMul(a.transpose()).sub(b.matMul(b.transpose())).square().sum(new int[] {1});
  }

  static NDArray throughColumns(NDArray a, NDArray b) {
    NDArray one = Precision.widened(a);
    NDArray other = Precision.widened(b);
    NDArray own = one.matMul(one.transpose().matMul(one)).mul(one);
    NDArray others = other.matMul(other.transpose().matMul(other)).mul(other);
    NDArray mixed = one.matMul(one.transpose().matMul(other)).mul(other);
    NDArray rows = own.add(others).sub(Scaling.by(mixed, 2)).sum(new int[] {1});
    return Precision.narrowed(rows, a.getDataType());
  }
}
