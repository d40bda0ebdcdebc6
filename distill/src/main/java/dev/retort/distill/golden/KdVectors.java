package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.supernet.kernel.Scaling;

/** Logit distillation with a temperature, and cross-entropy. */
final class KdVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    LogitKd.Form form = from.word(
        "soft_loss",
        ImmutableMap.of("kl", LogitKd.Form.KL, "cross_entropy", LogitKd.Form.CROSS_ENTROPY));
    NDArray student = from.student("student_logits");
    NDArray hard = new CrossEntropy().loss(student, from.labels(student));
    NDArray soft = new LogitKd(from.number("temperature"), form)
        .loss(student, from.constant("teacher_logits"));
    NDArray loss =
        Scaling.by(hard, from.number("ce_weight")).add(Scaling.by(soft, from.number("kd_weight")));
    return new Computed(loss, ImmutableMap.of("ce", hard, "kd_times_T2", soft));
  }
}
