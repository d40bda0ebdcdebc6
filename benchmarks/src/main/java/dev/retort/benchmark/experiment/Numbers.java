package dev.retort.benchmark.experiment;

import java.util.Locale;

/** Numbers as tables have them. */
final class Numbers {
  private Numbers() {}

  /** Without zeros at the end. */
  static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** With so many digits behind the point. */
  static String fixed(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** With a sign always. */
  static String signed(double value, int digits) {
    return String.format(Locale.ROOT, "%+." + digits + "f", value);
  }

  /** With three digits that count. */
  static String short3(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
