package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.arithmetic.Divergence;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.supernet.kernel.Scaling;

/**
 * ProKT, the teacher's side: Shi et al., "Follow Your Path: a Progressive Method for Knowledge
 * Distillation" (ECML-PKDD 2021, arXiv 2107.09305), as in wxsh1213/prokt_text
 * (run_glue_milestone.py); the student's side is {@link
 * dev.retort.distill.objective.logit.ProKt}.
 *
 * <p>L_t = (1 - lambda) CE(z_t, y) + lambda mean_b KL(p_s || p_t), p = softmax(z), the student
 * detached. B batch, C classes. A round is: this loss against the student as it is, the teacher's
 * step, then the student's loss against the teacher after that step. The logits that are detached
 * come from networks in evaluation mode. The teacher starts from the pre-trained network, not
 * fine-tuned: its own way is the route. With lambda 0 it is trained as usual, with 1 it sees no
 * label. An empty batch gives 0; logits of +-10,000 are fine; one class is refused.
 *
 * @param lambda the student's share, from 0 to 1; 0.4 by default as for BERT-6 (0.3 for biLSTM)
 */
public record ProKtTeacher(double lambda) {
  private static final String NAME = "prokt, teacher's side";

  /** Checks the share. */
  public ProKtTeacher {
    if (!(lambda >= 0 && lambda <= 1)) {
      throw new IllegalArgumentException(
          NAME + ": lambda must be a number from 0 to 1, not (" + lambda + ")");
    }
  }

  /** With the authors' default for BERT-6. */
  public ProKtTeacher() {
    this(0.4);
  }

  /**
   * The parts of either form of the teacher's loss, scalars.
   *
   * @param labels the cross-entropy with labels
   * @param student mean_b KL(p_s || p_t)
   */
  public record Terms(NDArray labels, NDArray student) {}

  /** The loss that its parts make. */
  public NDArray total(Terms terms) {
    return Scaling.by(terms.labels(), 1 - lambda).add(Scaling.by(terms.student(), lambda));
  }

  /**
   * The parts of the loss of arrays, the same for {@link ProKtDual}.
   *
   * @param teacher logits [B,C], C at least 2, whose gradient is meant
   * @param student logits [B,C], detached here
   * @param labels class indices [B] or shares [B,C]
   */
  public static Terms terms(NDArray teacher, NDArray student, NDArray labels) {
    Checks.logits(NAME, student, teacher);
    NDArray fixed = Tensors.constant(student, teacher.getManager());
    return new Terms(
        new CrossEntropy().loss(teacher, labels),
        Tensors.meanOfRows(Divergence.forward(teacher, fixed, 1)));
  }
}
