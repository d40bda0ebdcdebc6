package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.logit.Nkd;

/** Normalised distillation. */
final class NkdVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    Nkd nkd = new Nkd(from.number("gamma"), from.number("temperature"));
    NDArray student = from.student("student_logits");
    Nkd.Terms terms = nkd.terms(student, from.constant("teacher_logits"), from.labels(student));
    return new Computed(
        nkd.total(terms),
        ImmutableMap.of(
            "loss_target", terms.target(), "loss_non_target_unweighted", terms.nonTarget()));
  }
}
