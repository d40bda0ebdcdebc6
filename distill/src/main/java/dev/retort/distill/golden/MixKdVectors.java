package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.procedure.MixKd;
import dev.retort.distill.objective.procedure.MixKd.Distance;

/** Distillation on mixed inputs, and the mixing. */
final class MixKdVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    double lambda = from.number("lambda");
    if (from.has("embeddings")) {
      NDArray inputs = from.student("embeddings");
      NDArray partners = from.places("pair_index", inputs.getShape().get(0));
      NDArray mixed = MixKd.mixed(inputs, partners, lambda);
      return new Computed(mixed.sum(), ImmutableMap.of("mixed", mixed));
    }
    Distance distance = from.word(
        "distance", ImmutableMap.of("kl", Distance.KL, "mse", Distance.MEAN_SQUARED_ERROR));
    MixKd mix = new MixKd(from.number("alpha_sm"), from.number("alpha_tmkd"), distance);
    NDArray clean = from.student("student_clean");
    MixKd.Terms terms = mix.terms(
        clean,
        from.student("student_mixed"),
        from.constant("teacher_mixed"),
        from.labels("labels_a", clean),
        from.labels("labels_b", clean),
        lambda);
    return new Computed(
        mix.total(terms),
        ImmutableMap.of(
            "mle", terms.clean(),
            "student_mixup", terms.mixed(),
            "teacher_mixup_kd", terms.teacher()));
  }
}
