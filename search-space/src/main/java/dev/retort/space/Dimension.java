package dev.retort.space;

/**
 * A dimension that varies in a space.
 *
 * @param name the family's name for it, such as {@code hidden}
 * @param choices the values that it takes
 * @param scope what chooses: the network once, each stage, or each layer
 */
public record Dimension(String name, Choices choices, Scope scope) {
  /** Checks that what every stage or layer chooses is one number. */
  public Dimension {
    if (scope != Scope.NETWORK
        && !choices.values().stream().allMatch(Value.Number.class::isInstance)) {
      throw new IllegalArgumentException("A dimension that varies by " + scope.word()
          + " needs numbers: " + name + " has (" + choices + ")");
    }
  }

  /** A dimension that the network chooses once, from the text form of its choices. */
  public static Dimension of(String name, String choices) {
    return new Dimension(name, Choices.parse(choices), Scope.NETWORK);
  }

  /** A dimension that every layer chooses for itself, from the text form of its choices. */
  public static Dimension perLayer(String name, String choices) {
    return new Dimension(name, Choices.parse(choices), Scope.LAYER);
  }

  /** A dimension that every stage chooses for itself, from the text form of its choices. */
  public static Dimension perStage(String name, String choices) {
    return new Dimension(name, Choices.parse(choices), Scope.STAGE);
  }

  @Override
  public String toString() {
    return name + "=" + choices + (scope == Scope.NETWORK ? "" : " per " + scope.word());
  }
}
