package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;

/** How students of images are taught: the weights beside cross-entropy are those of the cards. */
final class ImageEntrants {
  private static final String KD = "kd";
  private static final String KD_NOISY = "kd-noisy";
  private static final String CALIBRATED = "calibration error (15 bins), %, below that of ";

  /** The authors' 20 of 240 epochs. */
  private static final double WARM_UP = 20 / 240.0;

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
        feature(Term.of("crd", 0.8, contrast(images))),
        feature(Term.of("hidden-state", 1)),
        feature(Term.of("cosine", 1)),
        // Decided before they were run, for what hurts at its authors' weight.
        named("at-100", Term.of("at", 100)),
        named("at-10", Term.of("at", 10)),
        named("dkd-warm-up", Term.of("dkd", 1).rising(WARM_UP)),
        named("dkd-beta-2", Term.of("dkd", 1, ImmutableMap.of("beta", 2))),
        named("mlkd-0.1", Term.of("mlkd", 0.1)),
        named("crd-0.1", Term.of("crd", 0.1, contrast(images))),
        named("last-layers", Term.of("hidden-state", 1, ImmutableMap.of("map", "uniform")))
            .from(ImageFixture.DEEP),
        Entrant.of("dfa", labels, Term.of("dfa", 1))
            .from(ImageFixture.DEEP)
            .against("last-layers")
            .must(
                new Sharper(
                    "largest share of a group above 1.05 times its smallest",
                    LayerShares.LARGEST,
                    true,
                    1.05,
                    LayerShares.SMALLEST,
                    ""),
                new Sharper(
                    "distance of a group's shares from adding up to 1 below a millionth",
                    LayerShares.EXCESS,
                    false,
                    1e-6,
                    LayerShares.ONE,
                    "")),
        Entrant.of("dfa-noise-layer", labels, Term.of("dfa", 1))
            .from(ImageFixture.NOISE_LAYER)
            .against("dfa")
            .must(new Sharper(
                "share of a layer that gives noise below the smallest of the others of its group",
                LayerShares.MIDDLE,
                false,
                1,
                LayerShares.OTHERS,
                "")));
  }

  private static ImmutableMap<String, Object> contrast(int images) {
    return ImmutableMap.of("examples", images, "negatives", 1024);
  }

  private static Entrant named(String name, Term term) {
    return Entrant.of(name, Term.of(Entrant.PLAIN, 1), term);
  }

  private static Entrant feature(Term term) {
    return Entrant.beside(term).must(Sharper.fallen(term.objective(), 0.5));
  }
}
