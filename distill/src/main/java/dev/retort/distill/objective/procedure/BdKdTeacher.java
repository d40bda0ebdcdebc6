package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.arithmetic.Divergence;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.supernet.kernel.Scaling;

/**
 * BD-KD, the teacher's side: Amara et al., "BD-KD: Balancing the Divergences for Online Knowledge
 * Distillation" (arXiv 2212.12965). A reconstruction; the student's side is {@link
 * dev.retort.distill.objective.logit.BdKd}.
 *
 * <p>L_t = CE(z_t, y) + T^2 mean_b KL(p_s || p_t), p = softmax(z/T), the student detached. B batch,
 * C classes. A procedure computes both sides' losses of the same logits before either steps. An
 * empty batch gives 0; logits of +-10,000 are fine; one class is refused.
 *
 * @param temperature T, above 0; 3 by default, our choice
 */
public record BdKdTeacher(double temperature) {
  private static final String NAME = "bd-kd, teacher's side";

  /** Checks the temperature. */
  public BdKdTeacher {
    Checks.positive(NAME, "temperature", temperature);
  }

  /** With our default. */
  public BdKdTeacher() {
    this(3);
  }

  /**
   * Its parts, scalars.
   *
   * @param labels the cross-entropy with labels
   * @param student T^2 mean_b KL(p_s || p_t)
   */
  public record Terms(NDArray labels, NDArray student) {
    /** The loss that the parts make. */
    public NDArray total() {
      return labels.add(student);
    }
  }

  /**
   * The parts of the loss of arrays.
   *
   * @param teacher logits [B,C], C at least 2, whose gradient is meant
   * @param student logits [B,C], detached here
   * @param labels class indices [B] or shares [B,C]
   */
  public Terms terms(NDArray teacher, NDArray student, NDArray labels) {
    Checks.logits(NAME, student, teacher);
    NDArray fixed = Tensors.constant(student, teacher.getManager());
    NDArray rows = Divergence.forward(teacher, fixed, temperature);
    return new Terms(
        new CrossEntropy().loss(teacher, labels),
        Scaling.by(Tensors.meanOfRows(rows), temperature * temperature));
  }
}
