package dev.retort.space;

/** A way to count what an architecture costs. */
public sealed interface Accounting permits ExactAccounting, AutoDistilAccounting {
  /** What the tensors hold and the operations do; the default. */
  Accounting EXACT = new ExactAccounting();

  /** The formula of AutoDistil's release, which its published figures follow. */
  Accounting AUTODISTIL = new AutoDistilAccounting();

  /**
   * The accounting of that name: {@code exact} or {@code autodistil}.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Accounting named(String name) {
    if (name.equals(EXACT.name())) {
      return EXACT;
    }
    if (name.equals(AUTODISTIL.name())) {
      return AUTODISTIL;
    }
    throw new IllegalArgumentException(
        "No accounting (" + name + "); there are " + EXACT.name() + " and " + AUTODISTIL.name());
  }

  /** Its name in recipes, on the command line and in JSON. */
  String name();

  /**
   * The cost of one forward pass for inference.
   *
   * @param architecture what is counted
   * @param input batch and sequence; every figure but parameters and weight bytes is for all of it
   * @throws IllegalArgumentException when this accounting cannot count the architecture, or a
   *     number leaves 64 bits
   */
  Cost cost(Architecture architecture, InputShape input);
}
