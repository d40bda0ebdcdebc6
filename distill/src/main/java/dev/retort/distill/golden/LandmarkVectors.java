package dev.retort.distill.golden;

import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.landmark.LandmarkAssist;
import dev.retort.distill.objective.procedure.LandmarkKd;

/** Coordinates with a tough and a tolerant teacher. */
final class LandmarkVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    LandmarkKd kd = new LandmarkKd(
        new LandmarkAssist(from.number("alpha_tough"), -from.number("alpha_mi_tough")),
        new LandmarkAssist(from.number("alpha_tol"), -from.number("alpha_mi_tol")),
        from.number("main_loss_weight"),
        from.number("tough_loss_weight"),
        from.number("tol_loss_weight"));
    LandmarkKd.Terms terms = kd.terms(
        from.student("prediction"),
        from.constant("ground_truth"),
        from.constant("tough"),
        from.constant("tolerant"));
    return new Computed(
        kd.total(terms),
        ImmutableMap.of(
            "loss_main", terms.main(),
            "loss_tough_assist", terms.tough(),
            "loss_tolerant_assist", terms.tolerant(),
            "tough_map", terms.toughMap(),
            "tolerant_map", terms.tolerantMap()));
  }
}
