package dev.retort.pipeline.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Figures as text, the same on every machine; what is not finite is an em dash. */
final class Figures {
  /** What stands for a figure that is not known. */
  static final String ABSENT = "\u2014";

  /** A space that does not break and is narrow, between a figure and its unit. */
  static final String THIN = "\u202F";

  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};

  private Figures() {}

  /** Three digits and a prefix: {@code 61.9 M}. */
  static String compact(double value) {
    return compact(value, THIN);
  }

  /** Three digits and a prefix, with the given text between the two. */
  static String compact(double value, String between) {
    if (!Double.isFinite(value)) {
      return ABSENT;
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(3, RoundingMode.HALF_UP));
    int prefix = 0;
    while (rounded.abs().compareTo(BigDecimal.valueOf(1000)) >= 0 && prefix < PREFIXES.length - 1) {
      rounded = rounded.movePointLeft(3);
      prefix++;
    }
    boolean whole = prefix == 0 && rounded.stripTrailingZeros().scale() <= 0;
    int decimals = whole ? 0 : Math.max(0, Math.min(2, 2 - exponent(rounded)));
    String digits = rounded.setScale(decimals, RoundingMode.HALF_UP).toPlainString();
    return prefix == 0 ? digits : digits + between + PREFIXES[prefix];
  }

  /** All digits, in groups of three: {@code 2,524,172}. */
  static String whole(double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%,d", Math.round(value)) : ABSENT;
  }

  /** A fraction as percent, one decimal, without the sign: {@code 67.5}. */
  static String percent(double fraction) {
    return fixed(fraction * 100, 1);
  }

  /** So many decimals. */
  static String fixed(double value, int decimals) {
    if (!Double.isFinite(value)) {
      return ABSENT;
    }
    BigDecimal rounded = new BigDecimal(value).setScale(decimals, RoundingMode.HALF_UP);
    return rounded.toPlainString().replace('-', '\u2212');
  }

  /** Three significant digits: {@code 0.0217}, {@code 2.61}; an exponent only below 1e-4. */
  static String loss(double value) {
    if (!Double.isFinite(value)) {
      return ABSENT;
    }
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    if (size < 1e-4 || size >= 1e6) {
      return String.format(Locale.ROOT, "%.1e", value).replace('-', '\u2212');
    }
    int decimals = Math.max(0, Math.min(6, 2 - exponent(new BigDecimal(size))));
    return fixed(value, decimals);
  }

  /** A time: {@code 8.4 s}, {@code 2 min 33 s}, {@code 3 h 05 min}. */
  static String seconds(double seconds) {
    if (!Double.isFinite(seconds)) {
      return ABSENT;
    }
    if (seconds < 59.95) {
      return fixed(seconds, 1) + THIN + "s";
    }
    long whole = Math.round(seconds);
    if (whole < 3600) {
      return whole / 60 + THIN + "min " + String.format(Locale.ROOT, "%02d", whole % 60) + THIN
          + "s";
    }
    long minutes = Math.round(seconds / 60);
    return minutes / 60 + THIN + "h " + String.format(Locale.ROOT, "%02d", minutes % 60) + THIN
        + "min";
  }

  /** A position in a chart: at most one decimal. */
  static String at(double position) {
    BigDecimal rounded = new BigDecimal(position).setScale(1, RoundingMode.HALF_UP);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }

  private static int exponent(BigDecimal value) {
    return value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
  }
}
