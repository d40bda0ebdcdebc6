package dev.retort.pipeline.recipe;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers as recipes write them: decimal, finite. */
final class Numbers {
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]{1,4})?");

  private static final Pattern UNFIT = Pattern.compile(
      "[-+]?(\\.(inf|Inf|INF)|[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?)|\\.(nan|NaN|NAN)");

  private Numbers() {}

  /** Whether YAML takes a text for a number although {@link #decimal} does not. */
  static boolean isUnfit(String text) {
    return decimal(text) == null && UNFIT.matcher(text).matches();
  }

  /** The number that a text is, or null where it is none or leaves the range of doubles. */
  static @Nullable Double decimal(String text) {
    if (text.length() > 40 || !DECIMAL.matcher(text).matches()) {
      return null;
    }
    double value = Double.parseDouble(text);
    return Double.isFinite(value) ? value : null;
  }

  /** A number as a recipe writes it: 2, 0.001, 1E-7. */
  static Number plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? (Number) (long) value
        : BigDecimal.valueOf(value).stripTrailingZeros();
  }
}
