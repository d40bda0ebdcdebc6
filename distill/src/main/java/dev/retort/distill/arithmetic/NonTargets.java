package dev.retort.distill.arithmetic;

import ai.djl.ndarray.NDArray;
import dev.retort.supernet.kernel.Scaling;

/** Distributions over some of the entries of a row. */
public final class NonTargets {
  /**
   * What takes an entry out of a softmax: added to it, it leaves exactly probability 0 and gradient
   * 0 for entries of up to 1e20, and unlike -Infinity it gives no NaN where 0 is multiplied by it
   * or where every entry of a row is out.
   */
  public static final float OUT = -1e30f;

  private NonTargets() {}

  /**
   * Log-softmax over the entries that are in.
   *
   * @param values [..,C]
   * @param out 1 for entries that are out, 0 for others; broadcast to {@code values}
   * @return [..,C]; about -1e30 for entries that are out
   */
  public static NDArray logSoftmax(NDArray values, NDArray out) {
    return values.add(Scaling.by(out, OUT)).logSoftmax(-1);
  }
}
