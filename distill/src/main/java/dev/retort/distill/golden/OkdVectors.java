package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.token.Okd;
import dev.retort.distill.objective.token.Okd.Direction;
import dev.retort.distill.objective.token.TokenLabels;

/** Both sides of a student and its teacher's online module. */
final class OkdVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    Direction direction = from.word(
        "kl",
        ImmutableMap.of(
            "KL(other||own)", Direction.OTHER_TO_OWN, "KL(own||other)", Direction.OWN_TO_OTHER));
    boolean student =
        from.word("trained", ImmutableMap.of("student", true, "online_module", false));
    NDArray teacher = from.constant("base_teacher_logits").add(from.student("online_delta"));
    NDArray own = from.student("student_logits");
    NDArray labels = from.tokenLabels(own, TokenLabels.IGNORED);
    Okd okd = new Okd(from.number("w_ce"), from.number("w_kl"), direction);
    Okd.Terms terms = student ? okd.terms(own, teacher, labels) : okd.terms(teacher, own, labels);
    return new Computed(okd.total(terms), ImmutableMap.of("ce", terms.ce(), "kl", terms.kl()));
  }
}
