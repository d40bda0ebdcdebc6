package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;

/** How students of super-resolution are taught: DCKD's weights, each part beside the plain ones. */
final class PixelEntrants {
  private static final String BOTH = "l1-teacher";
  private static final Term TRUE = Term.of("l1", 1);
  private static final Term LIKE =
      Term.of("l1", 1, ImmutableMap.of("of", "teacher")).from(Entrant.TEACHER);

  private PixelEntrants() {}

  /**
   * All of them.
   *
   * @param prior what DCKD looks at images with
   */
  static ImmutableList<Entrant> all(Prior prior) {
    Term contrast = Term.of(new DynamicContrast(prior, DynamicContrast.Part.CONTRAST), 1);
    Term mapping = Term.of(new DynamicContrast(prior, DynamicContrast.Part.DISTRIBUTION), 1);
    return ImmutableList.of(
        Entrant.of("l1", TRUE).against("l1"),
        Entrant.of(BOTH, TRUE, LIKE).against("l1"),
        Entrant.of("contrast", TRUE, LIKE, contrast).against(BOTH),
        Entrant.of("distribution", TRUE, LIKE, mapping).against(BOTH),
        Entrant.of("dckd", TRUE, LIKE, contrast, mapping)
            .against(BOTH)
            .must(
                new Sharper(
                    "ratio of the deepest features at the end below 0.5",
                    DynamicContrast.RATIO,
                    false,
                    0.5,
                    PixelFixture.ONE,
                    ""),
                new Sharper(
                    "distance of the earlier student's weights from the student's, once renewed,"
                        + " above 0",
                    DynamicContrast.AGE,
                    true,
                    0,
                    PixelFixture.ONE,
                    "")));
  }
}
