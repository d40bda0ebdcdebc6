package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
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
 * NKD, normalised knowledge distillation: Yang et al., "From Knowledge Distillation to
 * Self-Knowledge Distillation: A Unified Approach with Normalized Loss and Customized Soft Labels"
 * (ICCV 2023, arXiv 2303.13005), as in yzd-v/cls_KD (dis_losses/nkd.py).
 *
 * <p>With t the label of a row, B batch, C classes:
 *
 * <ul>
 *   <li>target: L_t = -mean_b softmax(z_t)_t log softmax(z_s)_t, both at temperature 1;
 *   <li>non-target: L_n = -mean_b sum_{i != t} q_i log s_i, where q and s are the softmaxes of
 *       z_t/T and z_s/T over the other C - 1 classes;
 *   <li>NKD = L_t + gamma T^2 L_n, added to cross-entropy with weight 1.
 * </ul>
 *
 * <p>It is a cross-entropy: not 0 where student and teacher agree. Of labels [B,C] only the arg-max
 * of each row counts. With two classes the non-target part and its gradient are exactly 0, one
 * class is refused. An empty batch gives 0; logits of +-10,000 are fine.
 *
 * @param gamma weight of the non-target part, at least 0; 1.5 by default as for ImageNet's CNNs (1
 *     for its ViTs, 3.5 for CIFAR-100)
 * @param temperature T, above 0; 1 by default as for ImageNet (3 for CIFAR-100)
 */
public record Nkd(double gamma, double temperature) implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "nkd";

  private static final Option<Double> GAMMA =
      Option.notNegative("gamma", 1.5, "weight of the non-target part");
  private static final Option<Double> TEMPERATURE =
      Option.positive("temperature", 1, "softens the non-target distributions");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "normalised distillation of target and other classes")
      .from("Yang et al., ICCV 2023")
      .reads("student and teacher logits, labels")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "yzd-v/cls_KD")
      .golden("nkd")
      .options(GAMMA, TEMPERATURE)
      .make(given -> new Nkd(given.get(GAMMA), given.get(TEMPERATURE)));

  /** Checks the options. */
  public Nkd {
    Checks.notNegative(NAME, "gamma", gamma);
    Checks.positive(NAME, "temperature", temperature);
  }

  /** With the authors' defaults. */
  public Nkd() {
    this(1.5, 1);
  }

  /**
   * Its parts, scalars.
   *
   * @param target L_t
   * @param nonTarget L_n, before gamma T^2
   */
  public record Terms(NDArray target, NDArray nonTarget) {}

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
    return terms.target().add(Scaling.by(terms.nonTarget(), gamma * temperature * temperature));
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
    NDArray fixed = Tensors.constant(teacher, manager);
    NDArray label = Tensors.constant(labels, manager);
    NDArray classes =
        label.getShape().dimension() == 1 ? label.toType(DataType.INT64, false) : label.argMax(1);
    NDArray index = classes.expandDims(1);
    NDArray target =
        fixed.logSoftmax(1).gather(index, 1).exp().mul(student.logSoftmax(1).gather(index, 1));

    NDArray out = classes.oneHot((int) student.getShape().get(1), DataType.FLOAT32);
    float scale = (float) (1 / temperature);
    NDArray others = NonTargets.logSoftmax(Scaling.by(fixed, scale), out)
        .exp()
        .mul(NonTargets.logSoftmax(Scaling.by(student, scale), out));
    return new Terms(
        Tensors.meanOfRows(target).neg(), Tensors.meanOfRows(others).neg());
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    return total(terms(
        student,
        Objects.requireNonNull(teacher, NAME + " needs teacher logits"),
        Objects.requireNonNull(labels, NAME + " needs labels")));
  }
}
