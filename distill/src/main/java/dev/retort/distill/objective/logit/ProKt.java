package dev.retort.distill.objective.logit;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.arithmetic.Divergence;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.ObjectiveKind;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * ProKT, the student's side: Shi et al., "Follow Your Path: a Progressive Method for Knowledge
 * Distillation" (ECML-PKDD 2021, arXiv 2107.09305), as in wxsh1213/prokt_text
 * (run_glue_milestone.py).
 *
 * <p>L = mean_b KL(p_t || p_s), p = softmax(z), without a temperature and without labels. B batch,
 * C classes. In the method the teacher is trained as well, just before, by {@link
 * dev.retort.distill.objective.procedure.ProKtTeacher}, and the student never sees more of it than
 * its present step; with a frozen teacher this is {@code kd} at temperature 1. An empty batch gives
 * 0; logits of +-10,000 are fine; one class is refused.
 */
public record ProKt() implements LogitObjective {
  /** Its name in recipes. */
  public static final String NAME = "prokt";

  /** What it is, for recipes and the docs. */
  public static final ObjectiveKind KIND = ObjectiveKind.named(
          NAME, "the student's side of progressive teaching")
      .from("Shi et al., ECML-PKDD 2021")
      .reads("student and teacher logits")
      .after(ObjectiveKind.Origin.AUTHORS_CODE, "wxsh1213/prokt_text")
      .golden("prokt")
      .make(given -> new ProKt());

  @Override
  public String name() {
    return NAME;
  }

  /**
   * The loss of arrays.
   *
   * @param student logits [B,C], C at least 2
   * @param teacher logits [B,C] of the teacher after its step, detached here
   * @return a scalar
   */
  public NDArray loss(NDArray student, NDArray teacher) {
    Checks.logits(NAME, student, teacher);
    NDArray fixed = Tensors.constant(teacher, student.getManager());
    return Tensors.meanOfRows(Divergence.forward(student, fixed, 1));
  }

  @Override
  public NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels) {
    return loss(student, Objects.requireNonNull(teacher, NAME + " needs teacher logits"));
  }
}
