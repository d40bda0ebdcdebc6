package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.retort.supernet.kernel.Scaling;
import dev.retort.supernet.kernel.SquaredDifferences;
import org.jspecify.annotations.Nullable;

/** Means of distances. An empty set has the mean 0. */
public final class Distances {
  private Distances() {}

  /** The mean of all entries; 0 where there is none. */
  public static NDArray mean(NDArray x) {
    return Scaling.over(x.sum(), Math.max(1, x.size()));
  }

  /** The mean over all entries of (a - b)^2. */
  public static NDArray meanSquare(NDArray a, NDArray b) {
    return mean(SquaredDifferences.of(a, b));
  }

  /** The mean over all entries of |a - b|. */
  public static NDArray meanAbsolute(NDArray a, NDArray b) {
    return mean(a.sub(b).abs());
  }

  /** The mean over all entries of d^2/2 up to a distance d of 1, d - 1/2 from there on. */
  public static NDArray smoothL1(NDArray a, NDArray b) {
    NDArray distance = a.sub(b).abs();
    NDArray small = Constants.atMost(distance, 1);
    return mean(Scaling.by(small.square(), 0.5).add(distance.sub(small)));
  }

  /**
   * The mean of values of positions, of those alone that are no padding.
   *
   * @param values [B,S]
   * @param mask 1 for tokens and 0 for padding [B,S]; null: the mean of all
   */
  public static NDArray masked(NDArray values, @Nullable NDArray mask) {
    return mask == null ? mean(values) : values.mul(mask).sum().div(Scaling.atLeast(mask.sum(), 1));
  }

  /** The differences of every row to every row, row j less row i at [i,j], [B,B,D] of [B,D]. */
  public static NDArray differences(NDArray rows) {
    return rows.expandDims(0).sub(rows.expandDims(1));
  }

  /** 1 where a row meets another and 0 where it meets itself, [B,B]. */
  public static NDArray others(NDArray like, long rows) {
    NDArray itself = like.getManager().eye((int) rows, (int) rows, 0, like.getDataType());
    return Scaling.plus(itself.neg(), 1).reshape(new Shape(rows, rows));
  }
}
