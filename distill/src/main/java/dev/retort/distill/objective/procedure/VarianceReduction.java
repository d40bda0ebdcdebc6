package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.supernet.kernel.Scaling;

/**
 * KDVR, distillation as partial variance reduction: Safaryan, Peste and Alistarh, "Knowledge
 * Distillation Performs Partial Variance Reduction" (NeurIPS 2023, arXiv 2305.17581), as in
 * IST-DASLab/KDVR (utils/kd_utils.py).
 *
 * <p>With l the weight, batch means: (1-l) CE + l T^2 KL(p_t || p_s). For a linear soft-max model
 * at T = 1 its gradient is, sample by sample and exactly, g_s - l g_t, where g_s and g_t are the
 * gradients of the cross-entropies of a student and a teacher of one shape. The modified procedure
 * uses that for any network: it takes g_s and subtracts l g_t, and may add l times the teacher's
 * gradient over all data, which makes it unbiased.
 *
 * @param lambda l, from 0 (labels alone) to 1; the authors': 0.7
 * @param temperature T, above 0; the authors': 1
 */
public record VarianceReduction(double lambda, double temperature) {
  private static final String NAME = "kdvr";

  /** Checks the options. */
  public VarianceReduction {
    if (!(lambda >= 0 && lambda <= 1)) {
      throw new IllegalArgumentException(
          NAME + ".lambda must be a number from 0 to 1, not (" + lambda + ")");
    }
    Checks.positive(NAME, "temperature", temperature);
  }

  /** With the authors' defaults. */
  public VarianceReduction() {
    this(0.7, 1);
  }

  /**
   * The training loss.
   *
   * @param student logits [B,C], C at least 2
   * @param teacher logits [B,C], detached here
   * @param labels class indices [B] or shares [B,C]
   * @return a scalar
   */
  public NDArray loss(NDArray student, NDArray teacher, NDArray labels) {
    NDArray hard = new CrossEntropy().loss(student, labels);
    NDArray soft = new LogitKd(temperature).loss(student, teacher);
    return Scaling.by(hard, 1 - lambda).add(Scaling.by(soft, lambda));
  }

  /**
   * The modified gradient g_s - l g_t of one tensor.
   *
   * @param student the gradient of the student's cross-entropy
   * @param teacher the gradient of the teacher's own cross-entropy on the same samples, of the same
   *     shape
   * @throws IllegalArgumentException when the shapes differ: the procedure is for twins
   */
  public NDArray modified(NDArray student, NDArray teacher) {
    if (!student.getShape().equals(teacher.getShape())) {
      throw new IllegalArgumentException(NAME + ": gradients have shapes " + student.getShape()
          + " (student) and " + teacher.getShape() + " (teacher); the modified gradient needs a"
          + " teacher of the student's own shape");
    }
    NDArray fixed = Tensors.constant(teacher, student.getManager());
    return student.sub(Scaling.by(fixed, lambda));
  }

  /**
   * The unbiased modified gradient g_s - l g_t + l G_t.
   *
   * @param all the gradient of the teacher's cross-entropy over all data, of the same shape
   */
  public NDArray modified(NDArray student, NDArray teacher, NDArray all) {
    NDArray fixed = Tensors.constant(all, student.getManager());
    return modified(student, teacher).add(Scaling.by(fixed, lambda));
  }

  /**
   * The weight that makes the modified gradient's variance least: Cov(g_s, g_t) / Var(g_t), clipped
   * to [0, 1]. Our own least-squares derivation from the identity, a diagnostic; the paper takes a
   * weight from a bound near the optimum.
   *
   * @param students gradients of the student's samples, [N,..]
   * @param teachers gradients of the teacher's, of the same shape
   * @return 0 where the teacher's do not vary, one sample for instance
   */
  public static double best(NDArray students, NDArray teachers) {
    return Math.min(1, Math.max(0, GradientStatistics.slope(students, teachers)));
  }
}
