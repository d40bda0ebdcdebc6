package dev.retort.distill.objective.procedure;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import dev.retort.distill.arithmetic.Constants;
import dev.retort.distill.arithmetic.Distances;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.distill.objective.Checks;
import dev.retort.supernet.kernel.Scaling;
import java.util.List;

/**
 * DCKD's contrast: "Dynamic Contrastive Knowledge Distillation for Efficient Image Restoration"
 * (AAAI 2025, arXiv 2412.08939), as in super-SSS/DCKD (basicsr/losses/basic_loss.py).
 *
 * <p>A frozen encoder gives features of several levels of the student's output (s), the teacher's
 * (t) and K outputs to keep away from (n_k, those of earlier states of the student). With a_l =
 * mean|s_l - t_l| and b_l = mean over all entries of sum_k |s_l - n_kl|: L = w sum_l w_l a_l / (b_l
 * + 1e-7). The negatives are summed, as in the code. The gradient runs through both, and on through
 * the encoder to the student.
 *
 * <p>Where s = t the level gives 0. Where all negatives equal s, at the start, a level is of the
 * order of 1e7: {@code floor} bounds b_l from below, which the authors do not do. One negative
 * works; without any a level is refused. An empty batch gives 0.
 *
 * @param levels w_l, from shallow to deep; 1/32, 1/16, 1/8, 1/4 and 1 by default
 * @param weight w; 0.1 by default
 * @param floor the least b_l, at least 0; 0 by default, the authors'
 */
public record LevelContrast(ImmutableList<Double> levels, double weight, double floor) {
  private static final String NAME = "dckd-contrast";
  private static final double EPSILON = 1e-7;

  /** Checks the numbers. */
  public LevelContrast {
    if (levels.isEmpty()) {
      throw new IllegalArgumentException(NAME + " needs a level");
    }
    levels.forEach(each -> Checks.notNegative(NAME, "levels", each));
    Checks.notNegative(NAME, "weight", weight);
    Checks.notNegative(NAME, "floor", floor);
  }

  /** The authors'. */
  public LevelContrast() {
    this(ImmutableList.of(1 / 32.0, 1 / 16.0, 1 / 8.0, 1 / 4.0, 1.0), 0.1, 0);
  }

  /**
   * The features of one level.
   *
   * @param student [B,…]
   * @param teacher of the same shape, detached here
   * @param negatives [K,B,…], detached here
   */
  public record Level(NDArray student, NDArray teacher, NDArray negatives) {}

  /**
   * The loss of all levels.
   *
   * @param features as many as {@code levels}
   * @return a scalar
   */
  public NDArray loss(List<Level> features) {
    List<NDArray> terms = terms(features);
    NDArray sum = Scaling.by(terms.get(0), levels.get(0));
    for (int i = 1; i < terms.size(); i++) {
      sum = sum.add(Scaling.by(terms.get(i), levels.get(i)));
    }
    return Scaling.by(sum, weight);
  }

  /** The ratio of each level, before its weight. */
  public ImmutableList<NDArray> terms(List<Level> features) {
    if (features.size() != levels.size()) {
      throw new IllegalArgumentException(NAME + " has " + levels.size()
          + " weights of levels, found the features of (" + features.size() + ")");
    }
    return features.stream().map(this::ratio).collect(ImmutableList.toImmutableList());
  }

  private NDArray ratio(Level level) {
    NDArray student = level.student();
    Shape shape = student.getShape();
    Shape others = level.negatives().getShape();
    if (!level.teacher().getShape().equals(shape)
        || others.dimension() != shape.dimension() + 1
        || others.get(0) < 1
        || !others.slice(1).equals(shape)) {
      throw new IllegalArgumentException(NAME + ": features have shapes " + shape
          + " (student), " + level.teacher().getShape() + " (teacher) and " + others
          + " (negatives), needed one shape, and [K,…] of it with K at least 1");
    }
    NDArray teacher = Tensors.constant(level.teacher(), student.getManager());
    NDArray negatives = Tensors.constant(level.negatives(), student.getManager());
    NDArray away =
        Scaling.over(student.expandDims(0).sub(negatives).abs().sum(), Math.max(1, student.size()));
    NDArray bounded = floor > 0 ? Constants.atLeast(away, floor) : away;
    return Distances.meanAbsolute(student, teacher)
        .div(bounded.add(Constants.like(bounded, EPSILON)));
  }
}
