package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.landmark.LandmarkAssist;
import dev.retort.distill.objective.landmark.LandmarkMain;
import dev.retort.supernet.kernel.Scaling;

/**
 * KD-Loss for facial landmarks with a tough and a tolerant teacher: Fard and Mahoor (CVIU 2022,
 * arXiv 2111.07047), as in aliprf/KD-Loss (custom_Losses.py, student_train.py).
 *
 * <p>w_main {@link LandmarkMain} of the tolerant teacher + w_tough {@link LandmarkAssist} of the
 * tough one + w_tolerant that of the tolerant one. The tough teacher was trained on the shapes as
 * they are, the tolerant one on soft shapes, see {@link ShapeModel}. In a recipe the same is three
 * terms, each with its teacher.
 *
 * @param tough the tough teacher's part
 * @param tolerant the tolerant teacher's part
 * @param mainWeight w_main, at least 0; 2 by default, the authors'
 * @param toughWeight w_tough, at least 0; 1 by default, the authors'
 * @param tolerantWeight w_tolerant, at least 0; 1 by default, the authors'
 */
public record LandmarkKd(
    LandmarkAssist tough,
    LandmarkAssist tolerant,
    double mainWeight,
    double toughWeight,
    double tolerantWeight) {
  private static final String NAME = "landmark-kd";

  /** Checks the weights. */
  public LandmarkKd {
    Checks.notNegative(NAME, "main-weight", mainWeight);
    Checks.notNegative(NAME, "tough-weight", toughWeight);
    Checks.notNegative(NAME, "tolerant-weight", tolerantWeight);
  }

  /** With the authors' defaults. */
  public LandmarkKd() {
    this(LandmarkAssist.tough(), LandmarkAssist.tolerant(), 2, 1, 1);
  }

  /**
   * Its parts, each times its weight.
   *
   * @param main a scalar
   * @param tough a scalar
   * @param tolerant a scalar
   * @param toughMap the weights of the tough teacher's coordinates, [B,2K]
   * @param tolerantMap the weights of the tolerant teacher's coordinates, [B,2K]
   */
  public record Terms(
      NDArray main, NDArray tough, NDArray tolerant, NDArray toughMap, NDArray tolerantMap) {}

  /** The loss that its parts make. */
  public NDArray total(Terms terms) {
    return terms.main().add(terms.tough()).add(terms.tolerant());
  }

  /**
   * The parts of the loss of arrays, all [B,2K] normalised coordinates.
   *
   * @param prediction the student's, with its graph
   * @param truth the true ones
   * @param toughTeacher the tough teacher's, detached here
   * @param tolerantTeacher the tolerant teacher's, detached here
   */
  public Terms terms(
      NDArray prediction, NDArray truth, NDArray toughTeacher, NDArray tolerantTeacher) {
    LandmarkAssist.Terms hard = tough.terms(prediction, toughTeacher, truth);
    LandmarkAssist.Terms soft = tolerant.terms(prediction, tolerantTeacher, truth);
    return new Terms(
        Scaling.by(new LandmarkMain().loss(prediction, tolerantTeacher, truth), mainWeight),
        Scaling.by(hard.loss(), toughWeight),
        Scaling.by(soft.loss(), tolerantWeight),
        hard.map(),
        soft.map());
  }
}
