package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Arithmetic with a number, inside a graph or not.
 *
 * <p>DJL's {@code mul(Number)} and {@code div(Number)} put the number into Java memory, which the
 * graph keeps a pointer to but not alive: once the collector has run, the backward pass reads what
 * lies there by then. Here the number lies in the engine's memory, which the graph owns. It is made
 * where x is: DJL's {@code add(Number)} and the like copy it there, which a GPU is waited for.
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

  /** x plus a number; the result belongs to the manager of x. */
  public static NDArray plus(NDArray x, double number) {
    try (NDArray addend = number(x, number)) {
      return x.add(addend);
    }
  }

  /** The greater of x and a number, entry by entry; the result belongs to the manager of x. */
  public static NDArray atLeast(NDArray x, double least) {
    try (NDArray number = number(x, least)) {
      return x.maximum(number);
    }
  }

  private static NDArray number(NDArray x, double value) {
    return x.getManager().full(new Shape(), (float) value, x.getDataType());
  }
}
