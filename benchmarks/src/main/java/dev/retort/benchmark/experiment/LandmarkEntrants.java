package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.procedure.ShapeModel;

/** How students of landmarks are taught, with true landmarks and with some that are wrong. */
final class LandmarkEntrants {
  /** Landmarks as they are. */
  static final String CLEAN = "";

  /** Landmarks of which some are wrong. */
  static final String CORRUPTED = "corrupted landmarks";

  /** The teacher that learns landmarks as they are. */
  static final String TOUGH = "tough";

  /** The teacher that learns soft landmarks. */
  static final String TOLERANT = "tolerant";

  private LandmarkEntrants() {}

  /**
   * All of them; the authors' weights, and mean absolute error to hold them against: the main part
   * is one near the truth.
   *
   * @param clean the shape model of true landmarks
   * @param corrupted that of landmarks of which some are wrong
   */
  static ImmutableList<Entrant> all(ShapeModel clean, ShapeModel corrupted) {
    return ImmutableList.<Entrant>builder()
        .addAll(of("", CLEAN, clean))
        .addAll(of("-corrupted", CORRUPTED, corrupted))
        .build();
  }

  private static ImmutableList<Entrant> of(String ending, String data, ShapeModel shapes) {
    String plain = "mse" + ending;
    Term error = Term.of("mse", 1);
    Term soft = Term.of(new SoftShape(shapes), 0.5);
    Entrant without = Entrant.of(plain, error);
    Entrant absolute = Entrant.of("l1" + ending, Term.of("l1", 1));
    Entrant loss = Entrant.of(
            "landmark-kd" + ending,
            Term.of("landmark-main", 2).from(TOLERANT),
            Term.of("landmark-assist", 1).from(TOUGH),
            Term.of("landmark-assist", 1, ImmutableMap.of("alpha", 1.8, "push", 0.4))
                .from(TOLERANT))
        .must(
            Sharper.below("error below that of l1", LandmarkFixture.ERROR, "l1" + ending),
            new Sharper(
                "the tolerant teacher's error above the tough one's",
                LandmarkFixture.TOLERANT_ERROR,
                true,
                1,
                LandmarkFixture.TOUGH_ERROR,
                ""));
    // The weights that ASMNet gives the soft landmarks: 2 for a third of the epochs, 1, then 0.5.
    Entrant asm = Entrant.of(
        "asm" + ending,
        error,
        soft,
        Term.of(new SoftShape(shapes), 0.5).until(2 / 3.0),
        Term.of(new SoftShape(shapes), 1).until(1 / 3.0));
    return ImmutableList.of(without, absolute, loss, asm).stream()
        .map(each -> each.against(plain).on(data))
        .collect(ImmutableList.toImmutableList());
  }
}
