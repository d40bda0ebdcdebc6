package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Multiplication by a number inside a graph.
 *
 * <p>DJL's {@code mul(Number)} and {@code div(Number)} put the number into Java memory, which the
 * graph keeps a pointer to but not alive: once the collector has run, the backward pass reads what
 * lies there by then. Here the number lies in the engine's memory, which the graph owns.
 */
public final class Scaling {
  private Scaling() {}

  /** x times a number; the result belongs to the manager of x. */
  public static NDArray by(NDArray x, double factor) {
    try (NDArray number = number(x, factor)) {
      return x.mul(number);
    }
  }

  /** x over a number; the result belongs to the manager of x. */
  public static NDArray over(NDArray x, double divisor) {
    try (NDArray number = number(x, divisor)) {
      return x.div(number);
    }
  }

  private static NDArray number(NDArray x, double value) {
    return x.getManager().full(new Shape(), (float) value, x.getDataType());
  }
}
