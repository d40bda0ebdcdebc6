package dev.retort.pipeline.recipe;

/**
 * The decimals that a key may have.
 *
 * @param least the lower end
 * @param openBelow whether the lower end itself is excluded
 * @param most the upper end
 * @param openAbove whether the upper end itself is excluded
 * @param words what to say of them in a message
 */
record Interval(double least, boolean openBelow, double most, boolean openAbove, String words) {
  private static final double LARGE = 1e9;

  static final Interval POSITIVE =
      new Interval(0, true, LARGE, false, "a number above 0, at most 1e9");
  static final Interval NOT_NEGATIVE =
      new Interval(0, false, LARGE, false, "a number from 0 to 1e9");
  static final Interval BELOW_ONE = new Interval(0, false, 1, true, "a number from 0 to below 1");
  static final Interval UNIT = new Interval(0, false, 1, false, "a number from 0 to 1");
  static final Interval BELOW_HUNDRED =
      new Interval(0, true, 100, true, "a number above 0, below 100");
  static final Interval ALPHA = new Interval(0, false, 1000, false, "a number from 0 to 1000");
  static final Interval MAGNITUDE = new Interval(0, false, 30, false, "a number from 0 to 30");
  static final Interval EPSILON = new Interval(0, true, 1, true, "a number above 0, below 1");

  static final Interval SHARE = new Interval(0, true, 1, false, "a number above 0, at most 1");

  boolean contains(double value) {
    return (openBelow ? value > least : value >= least)
        && (openAbove ? value < most : value <= most);
  }
}
