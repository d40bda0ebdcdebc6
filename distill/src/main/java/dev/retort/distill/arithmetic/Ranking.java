package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.retort.supernet.kernel.Scaling;

/**
 * Descending order of the entries of each row, on the device, ties in the order of their columns.
 *
 * <p>PyTorch's sort as DJL calls it is free to swap equal entries. So the entries, taken as
 * float32, become float64 and each is raised by less than half the distance of neighbouring
 * float32 numbers, by the more the earlier its column: no two keys are equal and no order changes.
 * That costs O(C log C) a row where comparing every pair would cost O(C^2).
 */
public final class Ranking {
  /**
   * Between the spacing of float64, 2^-52, and, times up to 2^20 columns, that of float32, 2^-24.
   */
  private static final double STEP = 0x1p-47;
  /**
   * For zeros, the logarithm of 1e-200: far above the least float64, far below a step from the
   * least float32, which the engine makes constants of.
   */
  private static final double LOG_ZERO_STEP = -460.5;

  private Ranking() {}

  /**
   * The columns of each row, largest entry first.
   *
   * @param values [B,C] without a graph, C up to 2^20
   * @return [B,C], int64
   */
  public static NDArray order(NDArray values) {
    NDArray exact = values.toType(DataType.FLOAT32, false).toType(DataType.FLOAT64, false);
    int columns = (int) values.getShape().get(1);
    NDArray rank =
        values.getManager().arange(columns).toType(DataType.FLOAT64, false).expandDims(0);
    NDArray zeroStep = Constants.like(exact, LOG_ZERO_STEP).exp();
    NDArray keys = exact.neg().add(rank.mul(Scaling.by(exact.abs(), STEP).add(zeroStep)));
    return keys.argSort(1, true);
  }

  /**
   * The place of each column in its row, from 0.
   *
   * @param order what {@link #order} gave, [B,C]
   * @return [B,C], int64
   */
  public static NDArray places(NDArray order) {
    return order.argSort(1, true);
  }
}
