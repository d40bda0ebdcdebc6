package dev.retort.space;

/**
 * How a count grows with the input: a constant an example, a part a token, a part a pair of tokens.
 *
 * @param perExample for each example
 * @param perToken for each token of each example
 * @param perTokenPair for each ordered pair of a token and one that it may look at, of each example
 */
public record Growth(long perExample, long perToken, long perTokenPair) {
  /** Nothing. */
  public static final Growth NONE = new Growth(0, 0, 0);

  /** So many for each example. */
  public static Growth example(long count) {
    return new Growth(count, 0, 0);
  }

  /** So many for each token. */
  public static Growth token(long count) {
    return new Growth(0, count, 0);
  }

  /** So many for each pair of tokens. */
  public static Growth tokenPair(long count) {
    return new Growth(0, 0, count);
  }

  /** The count for an input. Throws ArithmeticException where it leaves 64 bits. */
  public long at(InputShape input) {
    long sequence = input.sequence();
    long example = Math.addExact(
        Math.addExact(perExample, Math.multiplyExact(perToken, sequence)),
        Math.multiplyExact(Math.multiplyExact(perTokenPair, sequence), sequence + input.cached()));
    return Math.multiplyExact(example, (long) input.batch());
  }
}
