package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.token.Distillm;
import dev.retort.distill.objective.token.Distillm.Form;
import dev.retort.distill.objective.token.Distillm.Vocabulary;
import dev.retort.distill.objective.token.TokenLabels;

/** DistiLLM's divergences. */
final class DistillmVectors implements GoldenMethod {
  private static final ImmutableMap<String, Form> FORMS = ImmutableMap.<String, Form>builder()
      .put("forward_kl", Form.FORWARD_KL)
      .put("forward_kl_ce_form", Form.FORWARD_CROSS_ENTROPY)
      .put("reverse_kl", Form.REVERSE_KL)
      .put("symmetric_kl", Form.SYMMETRIC_KL)
      .put("js_distance", Form.JENSEN_SHANNON)
      .put("tv_distance", Form.TOTAL_VARIATION)
      .put("skew_forward_kl", Form.SKEW_FORWARD_KL)
      .put("skew_forward_kl_ce_form", Form.SKEW_FORWARD_CROSS_ENTROPY)
      .put("skew_reverse_kl", Form.SKEW_REVERSE_KL)
      .buildOrThrow();

  @Override
  public Computed compute(GoldenCase from) {
    NDArray student = logits(from, "student_logits");
    NDArray labels =
        from.tokenLabels(student, (int) from.numberOr("ignore_index", TokenLabels.IGNORED));
    Form form = from.given("objective") ? from.word("objective", FORMS) : Form.SKEW_FORWARD_KL;
    Distillm loss = new Distillm(
        form, from.numberOr("lambda", 0.1), from.numberOr("lambda", 0.9), Vocabulary.EQUAL);
    NDArray teacher =
        from.has("teacher_logits") ? from.constant("teacher_logits") : student.stopGradient();
    return new Computed(loss.loss(student, teacher, labels), ImmutableMap.of());
  }

  /** A case about labels alone leaves its logits out: any will do. */
  private static NDArray logits(GoldenCase from, String input) {
    return from.has(input) ? from.student(input) : from.zeros("labels", 2);
  }
}
