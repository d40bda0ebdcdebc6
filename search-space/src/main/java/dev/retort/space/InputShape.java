package dev.retort.space;

/**
 * The input that a cost is counted for.
 *
 * @param batch examples in a batch
 * @param sequence tokens an example; 1 where a family has no sequence
 */
public record InputShape(int batch, int sequence) {
  /** Checks that there is an input. */
  public InputShape {
    if (batch < 1 || sequence < 1) {
      throw new IllegalArgumentException(
          "An input needs a positive batch and sequence, not " + batch + " x " + sequence);
    }
  }
}
