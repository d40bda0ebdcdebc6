package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Option;
import dev.retort.supernet.kernel.Scaling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Distiller's losses of outputs: He et al., "Distiller: A Systematic Study of Model Distillation
 * Methods in Natural Language Processing" (SustaiNLP 2021, arXiv 2109.11105), as in
 * Cli212/Distiller (textbrewer/losses.py, kd_ce_loss, kd_mse_loss).
 *
 * <p>B batch, C classes:
 *
 * <ul>
 *   <li>{@code cross-entropy}: mean_b of -sum_c softmax(z_t/T)_c log softmax(z_s/T)_c, without the
 *       T^2 of {@code kd};
 *   <li>{@code mse}: mean over all entries of (z_s/T - z_t/T)^2.
 * </ul>
 *
 * <p>An empty batch gives 0; logits of +-10,000 are fine; one class is refused.
 *
 * @param form which of the two; {@code cross-entropy} by default
 * @param temperature T, above 0; 1 by default
 */
public record OutputMatch(Form form, double temperature) implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "output";

  private static final Option<Form> FORM =
      Option.word("form", Form.CROSS_ENTROPY, "which of Distiller's two losses");
  private static final Option<Double> TEMPERATURE =
      Option.positive("temperature", 1, "divides the logits of both; no square of it multiplies");

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "Distiller's cross-entropy or mean squared error of logits")
      .from("He et al., SustaiNLP 2021")
      .reads("student and teacher logits")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "Cli212/Distiller")
      .golden("distiller_objectives")
      .options(FORM, TEMPERATURE)
      .make(given -> new OutputMatch(given.get(FORM), given.get(TEMPERATURE)));

  /** Which loss. */
  public enum Form {
    /** Soft cross-entropy. */
    CROSS_ENTROPY,
    /** Mean squared error. */
    MSE
  }

  /** Checks the temperature. */
  public OutputMatch {
    Checks.positive(NAME, "temperature", temperature);
  }

  /** Cross-entropy at temperature 1. */
  public OutputMatch() {
    this(Form.CROSS_ENTROPY, 1);
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
    NDArray own = Scaling.over(student, temperature);
    NDArray other = Scaling.over(Tensors.constant(teacher, student.getManager()), temperature);
    return switch (form) {
      case CROSS_ENTROPY ->
        Tensors.meanOfRows(other.softmax(1).mul(own.logSoftmax(1))).neg();
      case MSE -> Distances.meanSquare(own, other);
    };
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    return loss(student, Objects.requireNonNull(teacher, NAME + " needs teacher logits"));
  }
}
