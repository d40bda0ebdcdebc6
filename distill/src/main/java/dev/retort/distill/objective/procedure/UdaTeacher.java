package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.retort.distill.arithmetic.GaussianKernels;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.supernet.kernel.Scaling;

/**
 * Joint domain adaptation and distillation, the teacher's side: Nguyen-Meidine et al., "Joint
 * Progressive Knowledge Distillation and Unsupervised Domain Adaptation" (IJCNN 2020, arXiv
 * 2005.07839), as in LIVIAETS/KD_UDA (kd_da_alt.py, DA/mmd.py); the student's side is {@link
 * dev.retort.distill.objective.logit.UdaKd}.
 *
 * <p>L = (1 - beta) (CE(z, y) + gamma MMD), where cross-entropy is of the domain with labels and
 * MMD, the maximum mean discrepancy of Gretton et al. (JMLR 13, 2012), brings the features of both
 * domains together. B batch of each domain, C classes, D features, K kernels, f their factor:
 *
 * <ul>
 *   <li>k(x, y) = sum_{m < K} exp(-|x - y|^2 / (h f^m)), summed and not averaged;
 *   <li>h = mean |x - y|^2 over the different pairs of all 2B rows / f^(K/2), not differentiated;
 *   <li>MMD = mean_ij [ k(s_i, s_j) + k(t_i, t_j) - k(s_i, t_j) - k(t_i, s_j) ].
 * </ul>
 *
 * <p>Domains of different numbers are cut to the smaller. Equal batches, all rows equal, and empty
 * domains give MMD 0 with gradient 0.
 *
 * @param kernels K, at least 1; 5 by default, the authors'
 * @param factor f, above 0; 2 by default, the authors'
 */
public record UdaTeacher(int kernels, double factor) {
  private static final String NAME = "uda-kd, teacher's side";

  /** Checks the numbers. */
  public UdaTeacher {
    Checks.positive(NAME, "kernels", kernels);
    Checks.positive(NAME, "factor", factor);
  }

  /** With the authors' kernels. */
  public UdaTeacher() {
    this(5, 2);
  }

  /**
   * The discrepancy of two domains; both have a gradient.
   *
   * @param source features [B,D] of the domain with labels
   * @param target features [B,D] of the other
   * @return a scalar
   * @throws IllegalArgumentException when they are no vectors of one width
   */
  public NDArray discrepancy(NDArray source, NDArray target) {
    if (source.getShape().dimension() != 2
        || target.getShape().dimension() != 2
        || source.getShape().get(1) != target.getShape().get(1)) {
      throw new IllegalArgumentException(NAME + ": features have shapes " + source.getShape()
          + " (source) and " + target.getShape() + " (target), needed [B,D] of one D");
    }
    NDManager manager = source.getManager();
    long rows = Math.min(source.getShape().get(0), target.getShape().get(0));
    if (rows == 0) {
      return Scaling.by(source.sum().add(target.sum()), 0);
    }
    NDArray s = Tensors.first(source, rows, manager);
    NDArray t = Tensors.first(target, rows, manager);
    NDArray own = GaussianKernels.squaredDistances(s, s);
    NDArray other = GaussianKernels.squaredDistances(t, t);
    NDArray across = GaussianKernels.squaredDistances(s, t);
    NDArray width = GaussianKernels.bandwidth(own, other, across, kernels, factor);
    // Both orders of a pair across are the same number.
    NDArray sum =
        kernel(own, width).add(kernel(other, width)).sub(Scaling.by(kernel(across, width), 2));
    return Scaling.over(sum, (double) rows * rows);
  }

  private NDArray kernel(NDArray distances, NDArray width) {
    return GaussianKernels.sum(distances, width, kernels, factor).sum();
  }

  /**
   * The loss of arrays.
   *
   * @param logits the teacher's of the domain with labels [B,C], C at least 2
   * @param labels class indices [B] or shares [B,C]
   * @param source the teacher's features before its classifier [B,D]
   * @param target those of the other domain [B,D]
   * @param beta the student's share, of {@link DistillationGrowth}
   * @param gamma the weight of the discrepancy, of {@link AdaptationRamp}
   * @return a scalar
   */
  public NDArray loss(
      NDArray logits, NDArray labels, NDArray source, NDArray target, double beta, double gamma) {
    NDArray hard = new CrossEntropy().loss(logits, labels);
    NDArray apart = Scaling.by(discrepancy(source, target), gamma);
    return Scaling.by(hard.add(apart), 1 - beta);
  }
}
