package dev.retort.cli;

import java.util.Locale;

/** Durations for people. */
final class Durations {
  private Durations() {}

  /** {@code 7 s}, {@code 4:05 min} or {@code 1:30 h}. */
  static String text(double seconds) {
    long whole = Math.max(0, Math.round(seconds));
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole % 3600 / 60);
  }
}
