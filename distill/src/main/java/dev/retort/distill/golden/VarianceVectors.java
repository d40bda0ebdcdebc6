package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.procedure.GradientStatistics;
import dev.retort.distill.objective.procedure.VarianceReduction;
import dev.retort.supernet.kernel.Scaling;

/** How distillation lowers the variance of gradients. */
final class VarianceVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    VarianceReduction kd =
        new VarianceReduction(from.number("lambda"), from.numberOr("temperature", 1));
    return from.has("student_w") ? linear(from, kd) : training(from, kd);
  }

  private static Computed training(GoldenCase from, VarianceReduction kd) {
    NDArray student = from.student("student_logits");
    return new Computed(
        kd.loss(student, from.constant("teacher_logits"), from.labels(student)), ImmutableMap.of());
  }

  /** A linear soft-max model, whose gradients have a closed form. */
  private static Computed linear(GoldenCase from, VarianceReduction kd) {
    NDArray student = from.constant("student_w");
    NDArray teacher = from.constant("teacher_w");
    NDArray x = from.constant("x");
    NDArray scores = x.matMul(teacher.transpose());
    NDArray labels = from.labels(scores).oneHot((int) scores.getShape().get(1), DataType.FLOAT32);
    NDArray own = GradientStatistics.softmaxLinear(student, x, labels);
    NDArray other = GradientStatistics.softmaxLinear(teacher, x, labels);
    NDArray shares =
        Scaling.by(labels, 1 - kd.lambda()).add(Scaling.by(scores.softmax(1), kd.lambda()));
    NDArray distilled = GradientStatistics.softmaxLinear(student, x, shares);
    NDArray modified = kd.modified(own, other);
    double variance = GradientStatistics.variance(distilled);
    return new Computed(
        x.getManager().create((float) variance),
        ImmutableMap.<String, Object>builder()
            .put("grad_variance_plain", GradientStatistics.variance(own))
            .put("grad_variance_teacher", GradientStatistics.variance(other))
            .put("grad_variance_kd", variance)
            .put("covariance", GradientStatistics.covariance(own, other))
            .put("lambda_minimising_variance", GradientStatistics.slope(own, other))
            .put("max_abs_identity_error", distilled.sub(modified).abs().max())
            .put("mean_kd_gradient", mean(distilled))
            .put("per_sample_kd_gradient", distilled)
            .put(
                "cosine_kd_vs_identity", GradientStatistics.cosine(mean(distilled), mean(modified)))
            .buildOrThrow());
  }

  private static NDArray mean(NDArray gradients) {
    return gradients.mean(new int[] {0});
  }
}
