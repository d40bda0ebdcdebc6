package dev.retort.space;

/**
 * The input that a cost is counted for.
 *
 * @param batch examples in a batch
 * @param sequence tokens an example; 1 where a family has no sequence
 * @param cached tokens that were read before and whose keys and values are kept: each of {@code
 *     sequence} looks at these too
 */
public record InputShape(int batch, int sequence, int cached) {
  /** Checks that there is an input. */
  public InputShape {
    if (batch < 1 || sequence < 1 || cached < 0) {
      throw new IllegalArgumentException(
          "An input needs a positive batch and sequence, and no fewer than 0 cached tokens, not "
              + batch + " x " + sequence + " after " + cached);
    }
  }

  /** An input with nothing before it. */
  public InputShape(int batch, int sequence) {
    this(batch, sequence, 0);
  }
}
