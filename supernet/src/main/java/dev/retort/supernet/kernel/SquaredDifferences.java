package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;

/** (a - b)^2 of every entry, in one pass over the numbers, and one more for its gradient. */
public final class SquaredDifferences {
  private SquaredDifferences() {}

  /**
   * The squared differences of two arrays of one shape. Unlike a difference that is squared, it
   * makes and keeps no array in between; derivatives of every order are there.
   *
   * @param a with or without a graph
   * @param b of the same shape, with or without a graph
   * @return of that shape, in the manager of {@code a}
   * @throws IllegalArgumentException when the shapes differ
   */
  public static NDArray of(NDArray a, NDArray b) {
    if (!a.getShape().equals(b.getShape())) {
      throw new IllegalArgumentException(
          "Squared differences of shapes (" + a.getShape() + ") and (" + b.getShape() + ")");
    }
    return ScriptedModule.instance().call("squared_differences", a, b);
  }
}
