package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import dev.retort.supernet.kernel.Scaling;
import org.jspecify.annotations.Nullable;

/** Means over what counts: tokens with a label, positions that are no padding. */
public final class MaskedMean {
  private MaskedMean() {}

  /**
   * The mean of the values that count; 0 with a zero gradient where none does.
   *
   * <p>Values that do not count must be finite all the same: they are multiplied by 0.
   *
   * @param values any shape, with their graph
   * @param counted 1 for values that count and 0 for others, of the same shape and type, without a
   *     graph; null: all count
   * @return a scalar, in the manager of {@code values}
   */
  public static NDArray of(NDArray values, @Nullable NDArray counted) {
    if (counted == null) {
      return Scaling.over(values.sum(), Math.max(1, values.size()));
    }
    return values.mul(counted).sum().div(Scaling.atLeast(counted.sum(), 1));
  }
}
