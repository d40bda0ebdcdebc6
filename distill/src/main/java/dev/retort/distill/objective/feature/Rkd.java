package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Constants;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.arithmetic.UnitVectors;
import dev.retort.distill.arithmetic.Vectors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.FeatureObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.supernet.kernel.Scaling;
import org.jspecify.annotations.Nullable;

/**
 * RKD, relational knowledge distillation: Park et al., "Relational Knowledge Distillation" (CVPR
 * 2019, arXiv 1904.05068), as in megvii-research/mdistiller (distillers/RKD.py).
 *
 * <p>With one vector x_i of each of B examples (a map's mean over its pixels, a mean over tokens):
 *
 * <ul>
 *   <li>distances: d_ij = |x_i - x_j| over the mean of all d_ij of two examples; L_d = mean over
 *       B^2 pairs of smooth-L1(d^s_ij - d^t_ij);
 *   <li>angles: a_ijk = the cosine between x_j - x_i and x_k - x_i; L_a = mean over B^3 triplets of
 *       smooth-L1(a^s_ijk - a^t_ijk);
 *   <li>L = w_d L_d + w_a L_a.
 * </ul>
 *
 * <p>The widths may differ. Squared distances count as at least 1e-12, so that equal examples have
 * a finite gradient. One example has no relation: the loss is 0 with a zero gradient. Memory grows
 * with B^3 numbers.
 *
 * @param attachment which features; the last by default
 * @param distance w_d, at least 0; 25 by default
 * @param angle w_a, at least 0; 50 by default
 * @param tokens which vector stands for hidden states; their mean by default
 */
public record Rkd(Attachment attachment, double distance, double angle, Vectors.Tokens tokens)
    implements FeatureObjective {
  /** Its name in recipes. */
  public static final String NAME = "rkd";

  private static final double LEAST = 1e-12;
  private static final Option<Double> DISTANCE =
      Option.notNegative("distance", 25, "weight of the distances of two examples");
  private static final Option<Double> ANGLE =
      Option.notNegative("angle", 50, "weight of the angles of three examples");

  /** Which vector stands for hidden states. */
  static final Option<Vectors.Tokens> TOKENS =
      Option.word("tokens", Vectors.Tokens.MEAN, "which vector stands for hidden states");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "distances and angles between the examples of a batch")
      .from("Park et al., CVPR 2019")
      .reads("features of both, mask")
      .after(ObjectiveKind.Origin.THIRD_PARTY_CODE, "megvii-research/mdistiller")
      .options(DISTANCE, ANGLE, TOKENS)
      .options(AttachmentOptions.ALL)
      .make(given -> new Rkd(
          AttachmentOptions.of(given), given.get(DISTANCE), given.get(ANGLE), given.get(TOKENS)));

  /** Checks the weights. */
  public Rkd {
    Checks.notNegative(NAME, "distance", distance);
    Checks.notNegative(NAME, "angle", angle);
  }

  /** With mdistiller's defaults. */
  public Rkd() {
    this(Attachment.LAST, 25, 50, Vectors.Tokens.MEAN);
  }

  /**
   * Its parts, scalars.
   *
   * @param distances L_d
   * @param angles L_a
   */
  public record Terms(NDArray distances, NDArray angles) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean fit() {
    return false;
  }

  @Override
  public boolean sameWidth() {
    return false;
  }

  @Override
  public NDArray loss(Features features) {
    return loss(features.student(), features.teacher(), features.mask());
  }

  /**
   * The loss of features.
   *
   * @param student hidden states [B,S,H], maps [B,D,height,width] or vectors [B,D]
   * @param teacher the same of any width, detached here
   * @param mask 1 for tokens and 0 for padding [B,S], float32; null for no padding
   * @return a scalar
   */
  public NDArray loss(NDArray student, NDArray teacher, @Nullable NDArray mask) {
    Terms terms = terms(
        Vectors.of(student, mask, tokens),
        Vectors.of(Tensors.constant(teacher, student.getManager()), mask, tokens));
    return Scaling.by(terms.distances(), distance).add(Scaling.by(terms.angles(), angle));
  }

  /**
   * The parts of the loss of vectors.
   *
   * @param student [B,D]
   * @param teacher [B,D'], detached here
   */
  public Terms terms(NDArray student, NDArray teacher) {
    Shape own = student.getShape();
    Shape other = teacher.getShape();
    if (own.dimension() != 2 || other.dimension() != 2 || own.get(0) != other.get(0)) {
      throw new IllegalArgumentException(NAME + ": vectors have shapes " + own + " (student) and "
          + other + " (teacher), needed [B,D] with the same B");
    }
    NDManager manager = student.getManager();
    NDArray differences = Distances.differences(student);
    NDArray fixed = Distances.differences(Tensors.constant(teacher, manager));
    return new Terms(
        Distances.smoothL1(distances(differences), distances(fixed)),
        Distances.smoothL1(angles(differences), angles(fixed)));
  }

  /** [B,B], the mean over pairs of two examples 1. */
  private static NDArray distances(NDArray differences) {
    long rows = differences.getShape().get(0);
    NDArray squares = differences.square().sum(new int[] {2});
    NDArray lengths =
        Constants.atLeast(squares, LEAST).sqrt().mul(Distances.others(differences, rows));
    NDArray mean = Scaling.over(lengths.sum(), Math.max(1, rows * (rows - 1)));
    return rows > 1 ? lengths.div(mean) : lengths;
  }

  /** The cosines [B,B,B] between all differences to one example. */
  private static NDArray angles(NDArray differences) {
    NDArray unit = UnitVectors.of(differences, 2);
    return unit.matMul(unit.transpose(0, 2, 1));
  }
}
