package dev.retort.pipeline.recipe;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * So many of a whole, as a count or as a share of it: {@code 1000}, {@code 5%}, {@code 2.5%}.
 *
 * @param value the count, or the share in percent
 * @param percent whether it is a share
 */
public record Amount(double value, boolean percent) implements RecipeTree.Written {
  /** None. */
  public static final Amount NONE = new Amount(0, false);

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?)\\s*(%?)");

  /** Checks that it can be. */
  public Amount {
    if (!(value >= 0) || value > (percent ? 100 : 1e9) || !percent && value != Math.rint(value)) {
      throw new IllegalArgumentException("No amount is (" + value + (percent ? "%)" : ")"));
    }
  }

  /** A count. */
  public static Amount of(long count) {
    return new Amount(count, false);
  }

  /** A share in percent. */
  public static Amount percent(double share) {
    return new Amount(share, true);
  }

  /**
   * Reads {@code 1000} or {@code 5%}.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static Amount parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("neither a count nor a percentage");
    }
    return new Amount(Double.parseDouble(matcher.group(1)), !matcher.group(2).isEmpty());
  }

  /** How many of a whole of that size it is, rounded to the nearest, at most all. */
  public long of(double whole) {
    return Math.min((long) whole, Math.round(percent ? value / 100 * whole : value));
  }

  @Override
  public Object written() {
    return percent ? toString() : (Object) (long) value;
  }

  /** {@code 1000} or {@code 5%}. */
  @Override
  public String toString() {
    return percent
        ? Numbers.plain(value).toString() + "%"
        : String.format(Locale.ROOT, "%d", (long) value);
  }
}
