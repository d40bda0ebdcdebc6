package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.token.Ctcd;
import dev.retort.distill.objective.token.TokenLabels;

/** Co-training and co-distillation. */
final class CtcdVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    Ctcd ctcd = new Ctcd(
        from.number("temperature"),
        from.number("weight_hard_student"),
        from.number("weight_hard_teacher"),
        from.number("weight_soft_student"),
        from.number("weight_soft_teacher"));
    NDArray student = from.student("student_logits");
    Ctcd.Terms terms = ctcd.terms(
        student, from.student("teacher_logits"), from.tokenLabels(student, TokenLabels.IGNORED));
    return new Computed(
        ctcd.total(terms),
        ImmutableMap.of(
            "hard_student", terms.hardStudent(),
            "hard_teacher", terms.hardTeacher(),
            "soft_student", terms.softStudent(),
            "soft_teacher", terms.softTeacher()));
  }
}
