package dev.retort.benchmark.experiment;

import java.util.List;
import java.util.Locale;

/**
 * A property that must hold on every seed, where a gain in the score may drown in noise: a measure
 * is below, or above, a factor times another.
 *
 * @param words what is compared, for the table
 * @param measure of the entrant
 * @param above whether it must be above; else below
 * @param factor times the bound
 * @param bound the measure that it is held against
 * @param other the entrant that has the bound; empty: the same
 */
record Sharper(
    String words, String measure, boolean above, double factor, String bound, String other) {
  /** A measure is below that of another entrant. */
  static Sharper below(String words, String measure, String other) {
    return new Sharper(words, measure, false, 1, measure, other);
  }

  /** A measure is above that of another entrant. */
  static Sharper above(String words, String measure, String other) {
    return new Sharper(words, measure, true, 1, measure, other);
  }

  /** An objective's own loss falls below so much of what it is at the beginning. */
  static Sharper fallen(String objective, double factor) {
    return new Sharper(
        "its own loss at the end below " + (factor == 1 ? "" : Numbers.plain(factor) + " times ")
            + "that of the first steps",
        Trial.END + objective,
        false,
        factor,
        Trial.BEGIN + objective,
        "");
  }

  /** Whether it holds for two trials of one seed, the same one where no other is named. */
  boolean holds(Trial own, Trial against) {
    double value = own.get(measure);
    double limit = factor * against.get(bound);
    return above ? value > limit : value < limit;
  }

  /** The verdict over all seeds, with the means. */
  String verdict(List<Trial> own, List<Trial> against) {
    int held = 0;
    double value = 0;
    double limit = 0;
    for (int i = 0; i < own.size(); i++) {
      held += holds(own.get(i), against.get(i)) ? 1 : 0;
      value += own.get(i).get(measure) / own.size();
      limit += against.get(i).get(bound) / own.size();
    }
    return String.format(
        Locale.ROOT,
        "%s: %s against %s, %s (%d of %d seeds)",
        words,
        Numbers.short3(value),
        Numbers.short3(limit),
        held == own.size() ? "holds" : "does not hold",
        held,
        own.size());
  }
}
