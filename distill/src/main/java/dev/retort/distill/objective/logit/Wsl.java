package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import dev.retort.distill.arithmetic.Divergence;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * WSL, weighted soft labels: Zhou et al., "Rethinking Soft Labels for Knowledge Distillation: A
 * Bias-Variance Tradeoff Perspective" (ICLR 2021, arXiv 2102.00650), as in
 * bellymonster/Weighted-Soft-Label-Distillation (knowledge_distiller.py).
 *
 * <p>With c_s and c_t the cross-entropies of an example at temperature 1 and p = softmax(z/T); B
 * batch, C classes:
 *
 * <ul>
 *   <li>w = 1 - exp(-max(c_s / (c_t + 1e-7), 0)), detached;
 *   <li>WSL = alpha T^2 mean_b w_b H(p_t, p_s), where H is the cross-entropy -sum_c p_t log p_s,
 *       added to cross-entropy of weight 1.
 * </ul>
 *
 * <p>Where the student knows the label better than the teacher, its soft label is damped. It is a
 * cross-entropy: not 0 where the two agree. A teacher that is certain of the label gives w = 1, or
 * 0 where the student is certain too. An empty batch gives 0; logits of +-10,000 are fine; one
 * class is refused.
 *
 * @param temperature T, above 0; 2 by default as for ImageNet (4 for CIFAR-100)
 * @param alpha factor of the whole, at least 0; 2.5 by default as for ImageNet (2.25 for CIFAR-100)
 */
public record Wsl(double temperature, double alpha) implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "wsl";

  private static final float EPSILON = 1e-7f;

  private static final Option<Double> TEMPERATURE = Option.positive(
      "temperature", 2, "softens both distributions; the loss is multiplied by its square");
  private static final Option<Double> ALPHA =
      Option.notNegative("alpha", 2.5, "factor of the whole");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "soft labels weighted by who knows the label better")
      .from("Zhou et al., ICLR 2021")
      .reads("student and teacher logits, labels")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "bellymonster/Weighted-Soft-Label-Distillation")
      .golden("wsl")
      .options(TEMPERATURE, ALPHA)
      .make(given -> new Wsl(given.get(TEMPERATURE), given.get(ALPHA)));

  /** Checks the options. */
  public Wsl {
    Checks.positive(NAME, "temperature", temperature);
    Checks.notNegative(NAME, "alpha", alpha);
  }

  /** With the authors' defaults for ImageNet. */
  public Wsl() {
    this(2, 2.5);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean readsLabels() {
    return true;
  }

  /**
   * The weight w of each example.
   *
   * @param student logits [B,C]
   * @param teacher logits [B,C]
   * @param labels class indices [B] or shares [B,C]
   * @return [B], without a graph, from 0 to 1
   */
  public NDArray weights(NDArray student, NDArray teacher, NDArray labels) {
    Checks.logits(NAME, student, teacher);
    Checks.labels(NAME, labels, student);
    NDManager manager = student.getManager();
    NDArray label = Tensors.constant(labels, manager);
    NDArray own = uncertainty(Tensors.constant(student, manager), label);
    NDArray other = uncertainty(Tensors.constant(teacher, manager), label);
    NDArray ratio = Scaling.atLeast(own.div(Scaling.plus(other, EPSILON)), 0);
    return Scaling.plus(ratio.neg().exp().neg(), 1);
  }

  /** The cross-entropy [B] of each row. */
  private static NDArray uncertainty(NDArray logits, NDArray labels) {
    NDArray log = logits.logSoftmax(1);
    return labels.getShape().dimension() == 1
        ? log.gather(labels.toType(DataType.INT64, false).expandDims(1), 1)
            .squeeze(1)
            .neg()
        : log.mul(labels.toType(log.getDataType(), false)).sum(new int[] {1}).neg();
  }

  /**
   * The weighted soft labels T^2 mean_b w_b H(p_t, p_s), before alpha.
   *
   * @param student logits [B,C], C at least 2
   * @param teacher logits [B,C], detached here
   * @param weights w [B], detached here
   * @return a scalar
   */
  public NDArray soft(NDArray student, NDArray teacher, NDArray weights) {
    Checks.logits(NAME, student, teacher);
    Checks.perRow(NAME, "weights", weights, student.getShape().get(0));
    NDManager manager = student.getManager();
    NDArray rows = Divergence.crossEntropy(
        Divergence.log(Tensors.constant(teacher, manager), temperature),
        Divergence.log(student, temperature));
    NDArray weighted = rows.mul(Tensors.constant(weights, manager));
    return Scaling.by(Tensors.meanOfRows(weighted), temperature * temperature);
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    NDArray other = Objects.requireNonNull(teacher, NAME + " needs teacher logits");
    NDArray label = Objects.requireNonNull(labels, NAME + " needs labels");
    return Scaling.by(soft(student, other, weights(student, other, label)), alpha);
  }
}
