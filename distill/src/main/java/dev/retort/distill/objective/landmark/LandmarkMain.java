package dev.retort.distill.objective.landmark;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.arithmetic.MaskedMean;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.space.Architecture;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The main part of KD-Loss for facial landmarks: Fard and Mahoor, "Facial Landmark Points Detection
 * Using Knowledge Distillation-Based Neural Networks" (CVIU 2022, arXiv 2111.07047), as in
 * aliprf/KD-Loss (custom_Losses.py).
 *
 * <p>With p the prediction, g the truth, X the tolerant teacher, [B,2K] normalised coordinates, e =
 * p - g and r = |X - g|, a mean over all coordinates of
 *
 * <p>3|e| where |e| &lt;= r, e^2 + 3r - r^2 where |e| &gt; r: linear closer to the truth than the
 * tolerant teacher, quadratic beyond.
 *
 * <p>A teacher on the truth leaves e^2; a prediction on the truth gives 0 with gradient 0, an empty
 * batch 0. The authors add it with weight 2 to {@link LandmarkAssist} of both teachers.
 */
public record LandmarkMain() implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "landmark-main";

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "coordinates, linear within a tolerant teacher's distance, quadratic beyond")
      .from("Fard and Mahoor, CVIU 2022")
      .reads("student and tolerant teacher's coordinates, true coordinates")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "aliprf/KD-Loss")
      .golden("kd_landmark")
      .make(given -> new LandmarkMain());

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Needs needs(Architecture student, Architecture teacher) {
    return Coordinates.needs(NAME, student, teacher);
  }

  @Override
  public boolean readsLabels() {
    return true;
  }

  /**
   * The loss of arrays.
   *
   * @param prediction p, [B,2K]
   * @param teacher the tolerant teacher's coordinates, [B,2K], detached here
   * @param labels g, [B,2K]
   * @return a scalar
   */
  @Override
  public NDArray loss(NDArray prediction, @Nullable NDArray teacher, @Nullable NDArray labels) {
    NDArray truth = Coordinates.constant(
        NAME, "the truth", Objects.requireNonNull(labels, NAME + " needs labels"), prediction);
    NDArray other = Coordinates.constant(
        NAME,
        "the teacher",
        Objects.requireNonNull(teacher, NAME + " needs a teacher"),
        prediction);
    NDArray error = prediction.sub(truth);
    NDArray distance = error.abs();
    NDArray radius = other.sub(truth).abs();
    NDArray near = distance.stopGradient().lte(radius).toType(prediction.getDataType(), false);
    NDArray far = Scaling.plus(near.neg(), 1);
    NDArray rest = Scaling.by(radius, 3).sub(radius.square());
    return MaskedMean.of(
        Scaling.by(distance, 3).mul(near).add(error.square().add(rest).mul(far)), null);
  }
}
