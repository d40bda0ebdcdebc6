package dev.retort.space;

/**
 * A dimension that varies in a space.
 *
 * @param name the family's name for it, such as {@code hidden}
 * @param choices the values that it takes
 * @param perLayer whether every layer chooses for itself; else all layers take the same
 */
public record Dimension(String name, Choices choices, boolean perLayer) {
  /** Checks that what every layer chooses is one number. */
  public Dimension {
    if (perLayer && !choices.values().stream().allMatch(Value.Number.class::isInstance)) {
      throw new IllegalArgumentException(
          "A dimension that varies by layer needs numbers: " + name + " has (" + choices + ")");
    }
  }

  /** A dimension that is the same in all layers, from the text form of its choices. */
  public static Dimension of(String name, String choices) {
    return new Dimension(name, Choices.parse(choices), false);
  }

  /** A dimension that every layer chooses for itself, from the text form of its choices. */
  public static Dimension perLayer(String name, String choices) {
    return new Dimension(name, Choices.parse(choices), true);
  }

  @Override
  public String toString() {
    return name + "=" + choices + (perLayer ? " per layer" : "");
  }
}
