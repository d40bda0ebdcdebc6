package dev.retort.space;

/**
 * Exact accounting: the parameters that the tensors hold and the matrix products that are done.
 *
 * <p>Multiply-accumulates are those of linear maps and of the two attention products, over all
 * positions, padding included; look-ups, biases, norms, softmax and activation functions are free.
 * FLOPs are two for each. Weights and activations are in float32, and the peak of the activations
 * follows the live ranges of {@link Blueprint#peakActivations}.
 */
final class ExactAccounting implements Accounting {

  @Override
  public String name() {
    return "exact";
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    try {
      return architecture.family().cost(architecture, input);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "The cost of (" + architecture + ") for " + input + " does not fit in 64 bits", e);
    }
  }

  @Override
  public String toString() {
    return name();
  }
}
