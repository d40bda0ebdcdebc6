package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.Wsl;
import dev.retort.supernet.kernel.Scaling;

/** Weighted soft labels, beside cross-entropy. */
final class WslVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    double alpha = from.number("alpha");
    Wsl wsl = new Wsl(from.number("temperature"), alpha);
    NDArray student = from.student("student_logits");
    NDArray teacher = from.constant("teacher_logits");
    NDArray labels = from.labels(student);
    NDArray weights = wsl.weights(student, teacher, labels);
    NDArray soft = wsl.soft(student, teacher, weights);
    NDArray hard = new CrossEntropy().loss(student, labels);
    return new Computed(
        Scaling.by(hard, from.number("ce_weight")).add(Scaling.by(soft, alpha)),
        ImmutableMap.of("weights", weights, "soft_loss_times_T2", soft, "ce", hard));
  }
}
