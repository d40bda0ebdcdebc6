package dev.retort.space;

/**
 * A parameter count from {@code from} to below {@code below}.
 *
 * @param from the least count, at least 0
 * @param below the first count above it that is too large; {@code Long.MAX_VALUE}: no limit
 */
public record ParameterRange(long from, long below) implements Constraint {
  static final String PREFIX = "parameters=";

  /** Every count. */
  static final ParameterRange ALL = new ParameterRange(0, Long.MAX_VALUE);

  /** Checks that there is a count in the range. */
  public ParameterRange {
    if (from < 0 || below <= from) {
      throw new IllegalArgumentException(
          "A range of parameters needs 0 <= from < below, not (" + from + ".." + below + ")");
    }
  }

  static ParameterRange parse(String name) {
    String range = name.substring(PREFIX.length());
    int dots = range.indexOf("..");
    if (dots < 0) {
      throw new IllegalArgumentException("Expected " + PREFIX + "4M..10M, found (" + name + ")");
    }
    String from = range.substring(0, dots).strip();
    String below = range.substring(dots + 2).strip();
    return new ParameterRange(
        from.isEmpty() ? 0 : Quantity.parseWhole(from),
        below.isEmpty() ? Long.MAX_VALUE : Quantity.parseWhole(below));
  }

  @Override
  public String name() {
    return PREFIX + (from == 0 ? "" : from) + ".." + (below == Long.MAX_VALUE ? "" : below);
  }

  @Override
  public boolean admits(Architecture architecture) {
    return admits(architecture.family().parameters(architecture));
  }

  boolean admits(long parameters) {
    return parameters >= from && parameters < below;
  }

  /**
   * The counts in both ranges.
   *
   * @throws IllegalArgumentException when there are none
   */
  ParameterRange and(ParameterRange other) {
    return new ParameterRange(Math.max(from, other.from), Math.min(below, other.below));
  }

  @Override
  public String toString() {
    return name();
  }
}
