package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.procedure.Kdiga;
import dev.retort.distill.objective.procedure.Kdiga.Reduction;
import java.util.function.UnaryOperator;

/** Input gradients of a network tanh(x W1^T + b1) W2^T + b2. */
final class KdigaVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    Reduction reduction = from.word(
        "kl_reduction",
        ImmutableMap.of(
            "official_code", Reduction.ELEMENTS,
            "batch_mean", Reduction.ROWS,
            "batchmean", Reduction.ROWS));
    Kdiga kdiga = new Kdiga(
        from.number("alpha"), from.number("gamma"), from.number("temperature"), reduction);
    UnaryOperator<NDArray> student = network(
        from.student("student_w1"),
        from.student("student_b1"),
        from.student("student_w2"),
        from.student("student_b2"));
    UnaryOperator<NDArray> teacher = network(
        from.constant("teacher_w1"),
        from.constant("teacher_b1"),
        from.constant("teacher_w2"),
        from.constant("teacher_b2"));
    NDArray x = from.constant("x");
    NDArray labels = from.places("labels", student.apply(x).getShape().get(1));
    Kdiga.Terms terms = kdiga.terms(x, labels, student, teacher);
    return new Computed(
        kdiga.total(terms),
        ImmutableMap.of(
            "kl", terms.kl(),
            "ce", terms.ce(),
            "iga_norm", terms.distance(),
            "student_input_gradient", terms.student(),
            "teacher_input_gradient", terms.teacher()));
  }

  private static UnaryOperator<NDArray> network(NDArray w1, NDArray b1, NDArray w2, NDArray b2) {
    return x -> x.matMul(w1.transpose()).add(b1).tanh().matMul(w2.transpose()).add(b2);
  }
}
