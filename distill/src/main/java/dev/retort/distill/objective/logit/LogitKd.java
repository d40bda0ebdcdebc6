package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Knowledge distillation: Hinton, Vinyals and Dean, "Distilling the Knowledge in a Neural Network"
 * (arXiv 1503.02531), as in megvii-research/mdistiller (distillers/KD.py).
 *
 * <p>With p = softmax(z/T), B batch, C classes:
 *
 * <ul>
 *   <li>{@code kl}: T^2 mean_b sum_c p_t (log p_t - log p_s), 0 when the two agree;
 *   <li>{@code cross-entropy}: -T^2 mean_b sum_c p_t log p_s, the same gradient, larger by the
 *       teacher's entropy; with T = 1 AutoDistil's logit loss.
 * </ul>
 *
 * <p>The loss with labels is not in it: put cross-entropy beside it. The authors' weights on
 * CIFAR-100 are 0.9 with T = 4 and 0.1 for the labels; on ImageNet 0.5 with T = 1 and 0.5. An empty
 * batch gives 0; logits of +-10,000 are fine; one class is refused.
 *
 * @param temperature T, above 0; 4 by default, mdistiller's for CIFAR-100
 * @param form which of the two values; {@code kl} by default
 */
public record LogitKd(double temperature, Form form) implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "kd";

  private static final Option<Double> TEMPERATURE = Option.positive(
      "temperature", 4, "softens both distributions; the loss is multiplied by its square");
  private static final Option<Form> FORM =
      Option.word("form", Form.KL, "which value: the two differ by the teacher's entropy");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "logit distillation with a temperature")
      .from("Hinton et al., arXiv 1503.02531")
      .reads("student and teacher logits")
      .after(ObjectiveKind.Origin.THIRD_PARTY_CODE, "megvii-research/mdistiller")
      .golden("kd", "autodistil")
      .options(TEMPERATURE, FORM)
      .make(given -> new LogitKd(given.get(TEMPERATURE), given.get(FORM)));

  /** Which value it gives; the gradients are the same. */
  public enum Form {
    /** The divergence of the teacher's distribution from the student's. */
    KL,
    /** The cross-entropy of the two. */
    CROSS_ENTROPY
  }

  /** Checks the temperature. */
  public LogitKd {
    Checks.positive(NAME, "temperature", temperature);
  }

  /** The divergence at a temperature. */
  public LogitKd(double temperature) {
    this(temperature, Form.KL);
  }

  @Override
  public String name() {
    return NAME;
  }

  /**
   * The loss of arrays.
   *
   * @param student logits [B,C], C at least 2
   * @param teacher logits [B,C], detached here
   * @return a scalar
   */
  public NDArray loss(NDArray student, NDArray teacher) {
    Checks.logits(NAME, student, teacher);
    float scale = (float) (1 / temperature);
    NDArray own = Scaling.by(student, scale).logSoftmax(1);
    NDArray target =
        Scaling.by(Tensors.constant(teacher, student.getManager()), scale).logSoftmax(1);
    NDArray distance =
        switch (form) {
          case KL -> target.sub(own);
          case CROSS_ENTROPY -> own.neg();
        };
    return Scaling.by(Tensors.meanOfRows(target.exp().mul(distance)), temperature * temperature);
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    return loss(student, Objects.requireNonNull(teacher, NAME + " needs teacher logits"));
  }
}
