package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;

/** How students of segmentation are taught, on clean photos and on those with noisy copies. */
final class CrackEntrants {
  /** Photos as they are. */
  static final String CLEAN = "";

  /** A noisy copy for every second photo. */
  static final String MIXED = "clean and noisy photos";

  private static final String DICE = "dice";
  private static final String HIGHER = "overlap under noise above that of ";

  private static final Term AREA = Term.of(new AreaLoss(), 1);
  private static final Term LOGITS = Term.of("rfkd", 1, ImmutableMap.of("features", 0));
  private static final Term WHOLE = Term.of("rfkd", 1);

  /** All of them, with each part of the method alone. */
  static final ImmutableList<Entrant> ALL = ImmutableList.of(
      entrant(DICE, AREA, CLEAN),
      entrant("logits", LOGITS, CLEAN),
      entrant("rfkd-clean", WHOLE, CLEAN),
      entrant("dice-mixed", AREA, MIXED),
      entrant("logits-mixed", LOGITS, MIXED),
      entrant("rfkd", WHOLE, MIXED)
          .must(
              Sharper.above(HIGHER + DICE, CrackFixture.NOISY, DICE),
              Sharper.above(HIGHER + "logits", CrackFixture.NOISY, "logits"),
              Sharper.above(HIGHER + "dice-mixed", CrackFixture.NOISY, "dice-mixed")));

  private CrackEntrants() {}

  private static Entrant entrant(String name, Term term, String data) {
    return Entrant.of(name, term).against(DICE).on(data);
  }
}
