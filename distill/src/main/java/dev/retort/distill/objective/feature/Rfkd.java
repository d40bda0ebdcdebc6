package dev.retort.distill.objective.feature;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Bernoulli;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.arithmetic.UnitVectors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.AttachmentOptions;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.FeatureObjective;
import dev.retort.distill.objective.FitLayer;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.space.Architecture;
import dev.retort.supernet.kernel.Scaling;
import org.jspecify.annotations.Nullable;

/**
 * RFKD, robust feature knowledge distillation: "Robust Feature Knowledge Distillation for Enhanced
 * Performance of Lightweight Crack Segmentation Models" (arXiv 2404.06258). A reconstruction: no
 * code is published and only the abstract was read.
 *
 * <p>For networks that give one plane of logits z, foreground against the rest. B batch, H height,
 * W width, m the area [B,H,W], p = sigmoid(z_s):
 *
 * <ul>
 *   <li>feature: mean over all entries of (fit(F_s) - F_t)^2, or, as the paper's "pair-wise
 *       distance" may mean, of the difference of the cosines of every two pixels of a map;
 *   <li>logit: T^2 mean over pixels of KL(teacher || student) of the Bernoulli distributions of
 *       z/T;
 *   <li>dice: 1 - (2 sum p m + s) / (sum p + sum m + s) of each image, mean over the
 *       batch, which is what the golden vectors hold;
 *   <li>L = w_d dice + w_l logit + w_f feature.
 * </ul>
 *
 * <p>The paper trains on clean and noisy images, 2 to 1, and the teacher sees the same image.
 * Pixels labelled -1 do not count for dice. Without foreground an all-zero prediction has dice 0,
 * by the smoothing. Logits of +-10,000 are fine. An empty batch gives 0.
 *
 * @param attachment which features; the last by default
 * @param fit whether there is a connector to the teacher's width; true by default
 * @param distance which feature distance; the mean square by default
 * @param dice w_d, at least 0; 1 by default
 * @param logit w_l, at least 0; 1 by default
 * @param feature w_f, at least 0; 1 by default
 * @param temperature T, above 0; 1 by default
 * @param smooth s, above 0; 1 by default
 */
public record Rfkd(
    Attachment attachment,
    boolean fit,
    Distance distance,
    double dice,
    double logit,
    double feature,
    double temperature,
    double smooth)
    implements FeatureObjective {
  /** Its name in recipes. */
  public static final String NAME = "rfkd";

  private static final Option<Distance> DISTANCE =
      Option.word("distance", Distance.MEAN_SQUARE, "between features");
  private static final Option<Double> DICE =
      Option.notNegative("dice", 1, "weight of the dice loss with labels");
  private static final Option<Double> LOGIT =
      Option.notNegative("logit", 1, "weight of the divergence of logits");
  private static final Option<Double> FEATURE =
      Option.notNegative("features", 1, "weight of the distance of features");
  private static final Option<Double> TEMPERATURE = Option.positive(
      "temperature", 1, "softens logits; their divergence is multiplied by its square");
  private static final Option<Double> SMOOTH =
      Option.positive("smooth", 1, "added above and below in the dice loss");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "features, logits and labels of a segmentation of one class")
      .from("arXiv 2404.06258")
      .reads("features and logits of both, labelled areas")
      .after(ObjectiveKind.Origin.RECONSTRUCTION, "distance, divergence, dice and weights are ours")
      .golden("rfkd")
      .options(FitLayer.OPTION, DISTANCE, DICE, LOGIT, FEATURE, TEMPERATURE, SMOOTH)
      .options(AttachmentOptions.ALL)
      .make(given -> new Rfkd(
          AttachmentOptions.of(given),
          given.get(FitLayer.OPTION),
          given.get(DISTANCE),
          given.get(DICE),
          given.get(LOGIT),
          given.get(FEATURE),
          given.get(TEMPERATURE),
          given.get(SMOOTH)));

  /** Which distance of features. */
  public enum Distance {
    /** Of the features themselves. */
    MEAN_SQUARE,
    /** Of the cosines of every two pixels of a map; the widths may differ. */
    PIXEL_SIMILARITY
  }

  /** Checks the options. */
  public Rfkd {
    Checks.notNegative(NAME, "dice", dice);
    Checks.notNegative(NAME, "logit", logit);
    Checks.notNegative(NAME, "features", feature);
    Checks.positive(NAME, "temperature", temperature);
    Checks.positive(NAME, "smooth", smooth);
  }

  /** Of the last features, all weights 1. */
  public Rfkd() {
    this(Attachment.LAST, true, Distance.MEAN_SQUARE, 1, 1, 1, 1, 1);
  }

  /**
   * Its parts, scalars, before their weights.
   *
   * @param feature the distance of features
   * @param logit the divergence, times T^2
   * @param dice the dice loss
   */
  public record Terms(NDArray feature, NDArray logit, NDArray dice) {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean sameWidth() {
    return distance == Distance.MEAN_SQUARE;
  }

  @Override
  public boolean readsLabels() {
    return true;
  }

  @Override
  public Needs needs(Architecture student, Architecture teacher) {
    Needs features = FeatureObjective.super.needs(student, teacher);
    return new Needs(true, true, true, features.studentTaps(), features.teacherTaps());
  }

  @Override
  public NDArray loss(LossInputs inputs) {
    NDArray student = inputs.student().requireLogits();
    return total(new Terms(
        FeatureObjective.super.loss(inputs),
        logits(student, inputs.requireTeacher().requireLogits()),
        dice(student, inputs.batch().labels())));
  }

  @Override
  public NDArray loss(Features features) {
    return features(features.student(), features.teacher(), features.mask());
  }

  /** The loss that its parts make. */
  public NDArray total(Terms terms) {
    return Scaling.by(terms.dice(), dice)
        .add(Scaling.by(terms.logit(), logit))
        .add(Scaling.by(terms.feature(), feature));
  }

  /**
   * The distance of features.
   *
   * @param student [B,T,height,width], [B,S,T] or [B,T], through the connector if there is one
   * @param teacher the same, detached here
   * @param mask 1 for tokens and 0 for padding [B,S], float32; null for no padding
   */
  public NDArray features(NDArray student, NDArray teacher, @Nullable NDArray mask) {
    return switch (distance) {
      case MEAN_SQUARE -> HiddenState.meanSquare(NAME, student, teacher, mask);
      case PIXEL_SIMILARITY ->
        Distances.meanSquare(
            similarity(student), similarity(Tensors.constant(teacher, student.getManager())));
    };
  }

  /** The cosines of every two pixels of a map, [B,P,P]. */
  private static NDArray similarity(NDArray maps) {
    Shape shape = maps.getShape();
    if (shape.dimension() != 4) {
      throw new IllegalArgumentException(NAME + ": pixel-similarity is of maps"
          + " [B,D,height,width], not of features of shape " + shape);
    }
    NDArray pixels =
        UnitVectors.of(maps.reshape(shape.get(0), shape.get(1), shape.get(2) * shape.get(3)), 1);
    return pixels.transpose(0, 2, 1).matMul(pixels);
  }

  /**
   * The divergence of logits, times T^2.
   *
   * @param student of any shape, one logit a pixel
   * @param teacher of the same shape, detached here
   */
  public NDArray logits(NDArray student, NDArray teacher) {
    if (!student.getShape().equals(teacher.getShape())) {
      throw new IllegalArgumentException(NAME + ": teacher logits have shape " + teacher.getShape()
          + ", needed that of the student logits, " + student.getShape());
    }
    NDArray fixed = Tensors.constant(teacher, student.getManager());
    NDArray pixels = Bernoulli.divergence(student, fixed, temperature);
    return Scaling.by(Distances.mean(pixels), temperature * temperature);
  }

  /**
   * The dice loss.
   *
   * @param student logits [B,1,H,W] or [B,H,W]
   * @param labels 1 for the area, 0 for the rest, -1 for pixels that do not count, as many
   */
  public NDArray dice(NDArray student, NDArray labels) {
    if (student.size() != labels.size()
        || student.getShape().get(0) != labels.getShape().get(0)) {
      throw new IllegalArgumentException(NAME + ": areas have shape " + labels.getShape()
          + ", needed one label a pixel [B,H,W] for one plane of logits, not "
          + student.getShape());
    }
    NDManager manager = student.getManager();
    long pixels = student.size() / Math.max(1, student.getShape().get(0));
    Shape rows = new Shape(student.getShape().get(0), pixels);
    NDArray area =
        Tensors.constant(labels, manager).toType(student.getDataType(), false).reshape(rows);
    NDArray counted = area.gte(area.zerosLike()).toType(student.getDataType(), false);
    NDArray probabilities = Bernoulli.log(student.reshape(rows)).exp();
    return Bernoulli.dice(probabilities, area, counted, smooth);
  }
}
