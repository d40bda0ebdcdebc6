package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.logit.Balance;
import dev.retort.distill.objective.logit.BdKd;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.procedure.BdKdTeacher;

/** Balanced divergences: the student's side with given weights, and the teacher's. */
final class BdKdVectors implements GoldenMethod {
  private static final ImmutableMap<String, Boolean> SIDES =
      ImmutableMap.of("student", true, "teacher", false);

  @Override
  public Computed compute(GoldenCase from) {
    boolean side = from.word("side", SIDES);
    double temperature = from.number("temperature");
    NDArray student = side ? from.student("student_logits") : from.constant("student_logits");
    NDArray teacher = side ? from.constant("teacher_logits") : from.student("teacher_logits");
    NDArray labels = from.labels(student);
    BdKd balanced = new BdKd(
        temperature, new Balance.Fixed(from.constant("w_forward"), from.constant("w_reverse")));
    BdKd.Terms terms = balanced.terms(student, teacher);

    BdKdTeacher.Terms others = new BdKdTeacher(temperature).terms(teacher, student, labels);
    NDArray hard = side ? new CrossEntropy().loss(student, labels) : others.labels();
    NDArray soft = side ? balanced.total(terms) : others.student();
    return new Computed(
        hard.add(soft),
        ImmutableMap.of(
            "forward_kl_per_sample", terms.forward(),
            "reverse_kl_per_sample", terms.reverse(),
            "entropy_student", terms.studentEntropy(),
            "entropy_teacher", terms.teacherEntropy(),
            "teacher_entropy_larger", larger(terms.teacherEntropy(), terms.studentEntropy()),
            "ce", hard,
            "kd", soft));
  }

  private static ImmutableList<Boolean> larger(NDArray one, NDArray other) {
    ImmutableList.Builder<Boolean> list = ImmutableList.builder();
    for (boolean each : one.gt(other).toBooleanArray()) {
      list.add(each);
    }
    return list.build();
  }
}
