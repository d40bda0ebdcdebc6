package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.logit.ProKt;
import dev.retort.distill.objective.procedure.ProKtDual;
import dev.retort.distill.objective.procedure.ProKtTeacher;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Scaling;

/** Progressive teaching: a step of the teacher, of the student, and a round of both. */
final class ProKtVectors implements GoldenMethod {
  private static final String LAMBDA = "lambda";

  @Override
  public Computed compute(GoldenCase from) {
    if (from.has("teacher_w")) {
      return round(from);
    }
    if (!from.has("labels")) {
      NDArray student = from.student("student_logits");
      return new Computed(
          new ProKt().loss(student, from.constant("teacher_logits")), ImmutableMap.of());
    }
    NDArray teacher = from.student("teacher_logits");
    ProKtTeacher.Terms terms =
        ProKtTeacher.terms(teacher, from.constant("student_logits"), from.labels(teacher));
    ImmutableMap.Builder<String, Object> components = ImmutableMap.<String, Object>builder()
        .put("kl_student_to_teacher", terms.student())
        .put("ce", terms.labels());
    if (from.numberOr("beta", -1) < 0) {
      ProKtTeacher side = new ProKtTeacher(from.number(LAMBDA));
      return new Computed(side.total(terms), components.buildOrThrow());
    }
    ProKtDual standard = new ProKtDual();
    ProKtDual dual = new ProKtDual(
        from.number("beta"),
        from.numberOr("eps", from.numberOr("epsilon", standard.epsilon())),
        from.numberOr("beta_lr", from.numberOr("lr", standard.rate())));
    double after = dual.after(terms.student().getFloat()).beta();
    components.put("beta_after", after).put("beta_new", after).put("new_beta", after);
    return new Computed(dual.total(terms), components.buildOrThrow());
  }

  /** One round of linear networks, logits x W', with plain gradient steps. */
  private static Computed round(GoldenCase from) {
    NDArray x = from.constant("x");
    NDArray studentBefore = from.constant("student_w");
    NDArray teacherBefore = leaf(from.constant("teacher_w"));
    NDArray logits = x.matMul(teacherBefore.transpose());
    ProKtTeacher side = new ProKtTeacher(from.number(LAMBDA));
    NDArray teacherLoss = side.total(
        ProKtTeacher.terms(logits, x.matMul(studentBefore.transpose()), from.labels(logits)));
    NDArray teacher = step(teacherBefore, teacherLoss, from.number("teacher_lr"));

    NDArray student = leaf(studentBefore);
    NDArray studentLoss =
        new ProKt().loss(x.matMul(student.transpose()), x.matMul(teacher.transpose()));
    return new Computed(
        studentLoss,
        ImmutableMap.of(
            "teacher_loss", teacherLoss,
            "teacher_w_after", teacher,
            "student_loss", studentLoss,
            "student_w_after", step(student, studentLoss, from.number("student_lr"))));
  }

  private static NDArray leaf(NDArray value) {
    return Autograd.leaf(value, value.getManager());
  }

  private static NDArray step(NDArray weights, NDArray loss, double rate) {
    Autograd.backward(loss);
    return weights.stopGradient().sub(Scaling.by(weights.getGradient(), rate));
  }
}
