package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.retort.distill.arithmetic.Divergence;
import dev.retort.distill.arithmetic.NonTargets;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * DKD, decoupled knowledge distillation: Zhao et al., "Decoupled Knowledge Distillation" (CVPR
 * 2022, arXiv 2203.08679), as in megvii-research/mdistiller (distillers/DKD.py).
 *
 * <p>With y the label of a row, p = softmax(z/T) and b = (p_y, 1 - p_y); B batch, C classes:
 *
 * <ul>
 *   <li>target class: TCKD = mean_b KL(b_t || b_s);
 *   <li>the others: NCKD = mean_b KL of the softmaxes of z/T over the other C - 1 classes;
 *   <li>DKD = T^2 (alpha TCKD + beta NCKD), added to cross-entropy with weight 1.
 * </ul>
 *
 * <p>KD itself is TCKD + (1 - p_t,y) NCKD. The released training multiplies the loss by {@link
 * #warmUp}: in a recipe that is the weight's schedule, linear from 0 over the first 20 epochs. The
 * released code takes the target out by subtracting 1000; here it is taken out exactly. Of labels
 * [B,C] only the arg-max of each row counts. With two classes NCKD and its gradient are exactly 0,
 * one class is refused. An empty batch gives 0; logits of +-10,000 are fine.
 *
 * @param alpha weight of the target part, at least 0; 1 by default, the authors' everywhere
 * @param beta weight of the other part, at least 0; 8 by default as for CIFAR-100 (0.5 for
 *     ImageNet)
 * @param temperature T, above 0; 4 by default as for CIFAR-100 (1 for ImageNet)
 */
public record Dkd(double alpha, double beta, double temperature) implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "dkd";

  private static final Option<Double> ALPHA =
      Option.notNegative("alpha", 1, "weight of the target class against all others");
  private static final Option<Double> BETA =
      Option.notNegative("beta", 8, "weight of the other classes among themselves");
  private static final Option<Double> TEMPERATURE = Option.positive(
      "temperature", 4, "softens all distributions; the loss is multiplied by its square");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "decoupled distillation of target and other classes")
      .from("Zhao et al., CVPR 2022")
      .reads("student and teacher logits, labels")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "megvii-research/mdistiller")
      .golden("dkd")
      .options(ALPHA, BETA, TEMPERATURE)
      .make(given -> new Dkd(given.get(ALPHA), given.get(BETA), given.get(TEMPERATURE)));

  /** Checks the options. */
  public Dkd {
    Checks.notNegative(NAME, "alpha", alpha);
    Checks.notNegative(NAME, "beta", beta);
    Checks.positive(NAME, "temperature", temperature);
  }

  /** With the authors' defaults for CIFAR-100. */
  public Dkd() {
    this(1, 8, 4);
  }

  /**
   * Its parts, scalars.
   *
   * @param target TCKD, before alpha T^2
   * @param nonTarget NCKD, before beta T^2
   */
  public record Terms(NDArray target, NDArray nonTarget) {}

  /**
   * The factor that the released training has: min(epoch / epochs, 1).
   *
   * @param epoch the epoch; the released code counts from 1
   * @param epochs how many epochs the warm-up takes, above 0; the authors' 20
   */
  public static double warmUp(double epoch, double epochs) {
    Checks.positive(NAME, "warm-up", epochs);
    return Math.min(epoch / epochs, 1);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean readsLabels() {
    return true;
  }

  /** The loss that its parts make. */
  public NDArray total(Terms terms) {
    double square = temperature * temperature;
    return Scaling.by(terms.target(), alpha * square)
        .add(Scaling.by(terms.nonTarget(), beta * square));
  }

  /**
   * The parts of the loss of arrays.
   *
   * @param student logits [B,C], C at least 2
   * @param teacher logits [B,C], detached here
   * @param labels class indices [B] or shares [B,C]
   */
  public Terms terms(NDArray student, NDArray teacher, NDArray labels) {
    Checks.logits(NAME, student, teacher);
    Checks.labels(NAME, labels, student);
    NDManager manager = student.getManager();
    NDArray label = Tensors.constant(labels, manager);
    NDArray classes =
        label.getShape().dimension() == 1 ? label.toType(DataType.INT64, false) : label.argMax(1);
    NDArray index = classes.expandDims(1);
    NDArray out = classes
        .oneHot((int) student.getShape().get(1), DataType.FLOAT32)
        .toType(student.getDataType(), false);

    NDArray own = Scaling.over(student, temperature);
    NDArray other = Scaling.over(Tensors.constant(teacher, manager), temperature);
    NDArray ownOthers = NonTargets.logSoftmax(own, out);
    NDArray otherOthers = NonTargets.logSoftmax(other, out);
    NDArray target = Divergence.forward(
        targetOrNot(own, ownOthers, index), targetOrNot(other, otherOthers, index), 1);
    return new Terms(
        Tensors.meanOfRows(target), Tensors.meanOfRows(Divergence.kl(otherOthers, ownOthers)));
  }

  /** Logits [B,2] of the target and of all others together, whose softmax is (p_y, 1 - p_y). */
  private static NDArray targetOrNot(NDArray logits, NDArray others, NDArray index) {
    NDArray largest = others.stopGradient().argMax(1).expandDims(1);
    NDArray sum = logits.gather(largest, 1).sub(others.gather(largest, 1));
    return logits.gather(index, 1).concat(sum, 1);
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    return total(terms(
        student,
        Objects.requireNonNull(teacher, NAME + " needs teacher logits"),
        Objects.requireNonNull(labels, NAME + " needs labels")));
  }
}
