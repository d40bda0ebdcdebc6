package dev.retort.distill.objective.landmark;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import dev.retort.distill.arithmetic.MaskedMean;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.space.Architecture;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * ALoss, the assistive part of KD-Loss for facial landmarks: Fard and Mahoor, "Facial Landmark
 * Points Detection Using Knowledge Distillation-Based Neural Networks" (CVIU 2022, arXiv
 * 2111.07047), as in aliprf/KD-Loss (custom_Losses.py).
 *
 * <p>With p the prediction, g the truth, X a teacher, [B,2K] normalised coordinates, e = p - g, d =
 * |X - g| and X' = g + sign(e) d the teacher mirrored to the prediction's side, a mean over all
 * coordinates of m |X' - p|, where m is
 *
 * <ul>
 *   <li>a beyond the teacher, |e| &gt; d &gt; 0: pulls to it;
 *   <li>-b within the band 0.15 d &lt;= |e| &lt;= d: pushes from the teacher to the
 *       truth;
 *   <li>0 closer than that.
 * </ul>
 *
 * <p>Signs and m are constants. The sum can be negative, so it is no measure to stop early by. A
 * prediction or teacher on the truth gives 0 with gradient 0, an empty batch 0.
 *
 * @param alpha a, at least 0; 1.9 by default as for the tough teacher (1.8 for the tolerant one)
 * @param push b, at least 0; 0.45 by default as for the tough teacher (0.4 for the tolerant one).
 *     The authors write it as a negative weight
 */
public record LandmarkAssist(double alpha, double push) implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "landmark-assist";

  /** Where the band begins, as a share of the teacher's distance to the truth. */
  private static final double BORDER = 0.15;

  private static final Option<Double> ALPHA =
      Option.notNegative("alpha", 1.9, "weight beyond the teacher; 1.8 for a tolerant one");
  private static final Option<Double> PUSH = Option.notNegative(
      "push", 0.45, "weight of being pushed to the truth within the band; 0.4 for a tolerant one");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "coordinates pulled to a teacher, and from it to the truth within its band")
      .from("Fard and Mahoor, CVIU 2022")
      .reads("student and teacher's coordinates, true coordinates")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "aliprf/KD-Loss")
      .golden("kd_landmark")
      .options(ALPHA, PUSH)
      .make(given -> new LandmarkAssist(given.get(ALPHA), given.get(PUSH)));

  /** Checks the weights. */
  public LandmarkAssist {
    Checks.notNegative(NAME, "alpha", alpha);
    Checks.notNegative(NAME, "push", push);
  }

  /** The authors' weights for the tough teacher. */
  public static LandmarkAssist tough() {
    return new LandmarkAssist(1.9, 0.45);
  }

  /** The authors' weights for the tolerant teacher. */
  public static LandmarkAssist tolerant() {
    return new LandmarkAssist(1.8, 0.4);
  }

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
   * What the loss is made of.
   *
   * @param loss a scalar with its graph
   * @param map m, [B,2K]
   */
  public record Terms(NDArray loss, NDArray map) {}

  /**
   * The loss of arrays, and its map.
   *
   * @param prediction p, [B,2K]
   * @param teacher X, [B,2K], detached here
   * @param labels g, [B,2K]
   */
  public Terms terms(NDArray prediction, NDArray teacher, NDArray labels) {
    NDArray truth = Coordinates.constant(NAME, "the truth", labels, prediction);
    NDArray other = Coordinates.constant(NAME, "the teacher", teacher, prediction);
    NDArray place = Coordinates.constant(NAME, "the prediction", prediction, prediction);
    NDArray reach = place.sub(truth).sign().mul(other.sub(truth).abs());
    NDArray mirrored = truth.add(reach);
    NDArray border = truth.add(Scaling.by(reach, BORDER));
    DataType type = prediction.getDataType();
    NDArray zero = place.zerosLike();
    NDArray beyond = place.sub(mirrored).sign().mul(mirrored.sub(truth).sign()).gt(zero);
    NDArray inside = mirrored.sub(place).sign().mul(place.sub(border).sign()).gte(zero);
    NDArray map = Scaling.by(beyond.toType(type, false), alpha)
        .add(Scaling.by(inside.toType(type, false), -push));
    return new Terms(MaskedMean.of(mirrored.sub(prediction).abs().mul(map), null), map);
  }

  /** The loss of arrays; see {@link #terms}. */
  @Override
  public NDArray loss(NDArray prediction, @Nullable NDArray teacher, @Nullable NDArray labels) {
    return terms(
            prediction,
            Objects.requireNonNull(teacher, NAME + " needs a teacher"),
            Objects.requireNonNull(labels, NAME + " needs labels"))
        .loss();
  }
}
