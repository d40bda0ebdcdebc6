package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;

/** How students of images are taught: the weights beside cross-entropy are those of the cards. */
final class ImageEntrants {
  private static final String KD = "kd";
  private static final String KD_NOISY = "kd-noisy";
  private static final String CALIBRATED = "calibration error (15 bins), %, below that of ";

  private ImageEntrants() {}

  /**
   * All of them.
   *
   * @param images training images of the student
   */
  static ImmutableList<Entrant> all(int images) {
    Term labels = Term.of(Entrant.PLAIN, 1);
    Term few = Term.of(Entrant.PLAIN, 0.1);
    ImmutableMap<String, Object> four = ImmutableMap.of("temperature", 4);
    Sharper closer = Sharper.below(
        "divergence from the teacher (T 4) below that without",
        ImageFixture.DIVERGENCE,
        Entrant.PLAIN);
    return ImmutableList.of(
        Entrant.plain(),
        Entrant.of(KD, few, Term.of("kd", 0.9, four)).must(closer),
        Entrant.beside(Term.of("dkd", 1)).must(closer),
        Entrant.beside(Term.of("dist", 1, four)).must(closer),
        Entrant.of("mlkd", few, Term.of("mlkd", 0.9)).must(closer),
        Entrant.beside(Term.of("nkd", 1))
            .must(Sharper.below(
                "distance of what student and teacher leave to the wrong classes below that"
                    + " without",
                ImageFixture.NON_TARGET,
                Entrant.PLAIN)),
        Entrant.beside(Term.of("uskd", 1))
            .must(new Sharper(
                "milliseconds a step below 1.1 times those of cross-entropy",
                Trial.STEP,
                false,
                1.1,
                Trial.STEP,
                Entrant.PLAIN)),
        Entrant.beside(Term.of("cmkd", 1))
            .must(Sharper.above(
                "rank correlation with the teacher's logits above that of kd",
                ImageFixture.RANKS,
                KD)),
        Entrant.beside(Term.of("bd-kd", 1))
            .must(
                Sharper.below(CALIBRATED + Entrant.PLAIN, ImageFixture.CALIBRATION, Entrant.PLAIN),
                Sharper.below(
                    CALIBRATED + "gap-inverted", ImageFixture.CALIBRATION, "bd-kd-inverted")),
        Entrant.of(
            "bd-kd-inverted", labels, Term.of("bd-kd", 1, ImmutableMap.of("rule", "gap-inverted"))),
        Entrant.of(KD_NOISY, labels, Term.of("kd", 2.25, four)).from(ImageFixture.NOISY),
        Entrant.of(
                "wsl", labels, Term.of("wsl", 1, ImmutableMap.of("temperature", 4, "alpha", 2.25)))
            .from(ImageFixture.NOISY)
            .against(KD_NOISY)
            .must(new Sharper(
                "mean weight where the teacher is wrong above that where it is right",
                ImageFixture.WEIGHT_WRONG,
                true,
                1,
                ImageFixture.WEIGHT_RIGHT,
                "")),
        feature(Term.of("fitnets", 100)),
        feature(Term.of("at", 1000)),
        feature(Term.of("rkd", 1)),
        feature(Term.of("crd", 0.8, ImmutableMap.of("examples", images, "negatives", 1024))),
        feature(Term.of("hidden-state", 1)),
        feature(Term.of("cosine", 1)));
  }

  private static Entrant feature(Term term) {
    return Entrant.beside(term).must(Sharper.fallen(term.objective(), 0.5));
  }
}
