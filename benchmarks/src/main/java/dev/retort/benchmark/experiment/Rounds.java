package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.retort.data.Batch;
import dev.retort.distill.objective.logit.BdKd;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.ProKt;
import dev.retort.distill.objective.procedure.BdKdTeacher;
import dev.retort.distill.objective.procedure.ProKtTeacher;
import dev.retort.supernet.kernel.Autograd;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** One step of a student alone, or with a teacher that learns too. B batch, C classes. */
final class Rounds {
  private Rounds() {}

  /**
   * One network learns.
   *
   * @param loss a scalar, of its logits [B,C]
   */
  static void alone(Learner learner, Batch batch, UnaryOperator<NDArray> loss, NDManager scope) {
    try (NDScope pass = new NDScope();
        Autograd recording = Autograd.recording()) {
      pass.suppressNotUsedWarning();
      Autograd.backward(loss.apply(learner.logits(batch, scope)));
    }
    learner.update();
  }

  /**
   * ProKT: the teacher steps, held to the student as it is; then the student follows the teacher
   * that this step made. What is not trained is asked without a graph.
   *
   * @return KL(p_s || p_t) after the teacher's step and before the student's, the mean of the batch
   */
  static double progressive(
      ProKtTeacher how, Learner student, Learner teacher, Batch batch, NDManager scope) {
    NDArray followed = student.answers(batch, scope);
    alone(
        teacher,
        batch,
        logits -> how.total(ProKtTeacher.terms(logits, followed, batch.labels())),
        scope);
    NDArray taught = teacher.answers(batch, scope);
    double apart;
    try (NDScope pass = new NDScope();
        Autograd off = Autograd.off()) {
      pass.suppressNotUsedWarning();
      // The student's own loss with the two in each other's place.
      apart = new ProKt().loss(taught, followed).getFloat();
    }
    alone(student, batch, logits -> new ProKt().loss(logits, taught), scope);
    return apart;
  }

  /** BD-KD: both step by losses of the same logits, the student by the balanced divergences. */
  static void balanced(BdKd how, Learner student, Learner teacher, Batch batch, NDManager scope) {
    together(student, teacher, batch, how.temperature(), how::loss, scope);
  }

  /** Mutual learning: the same with the forward divergence alone for the student. */
  static void mutual(
      double temperature, Learner student, Learner teacher, Batch batch, NDManager scope) {
    // The teacher's part with the two in each other's place is the student's.
    together(
        student,
        teacher,
        batch,
        temperature,
        (own, other) ->
            new BdKdTeacher(temperature).terms(own, other, batch.labels()).student(),
        scope);
  }

  private static void together(
      Learner student,
      Learner teacher,
      Batch batch,
      double temperature,
      BinaryOperator<NDArray> divergence,
      NDManager scope) {
    try (NDScope pass = new NDScope();
        Autograd recording = Autograd.recording()) {
      pass.suppressNotUsedWarning();
      NDArray own = student.logits(batch, scope);
      NDArray other = teacher.logits(batch, scope);
      NDArray labels = new CrossEntropy().loss(own, batch.labels());
      NDArray taught = labels.add(divergence.apply(own, other));
      NDArray teaching =
          new BdKdTeacher(temperature).terms(other, own, batch.labels()).total();
      // Each is a constant to the other's loss, so the sum's gradients are those of both alone.
      Autograd.backward(taught.add(teaching));
    }
    student.update();
    teacher.update();
  }
}
