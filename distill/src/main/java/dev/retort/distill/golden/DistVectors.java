package dev.retort.distill.golden;

import com.google.common.collect.ImmutableMap;
import dev.retort.distill.arithmetic.Correlation;
import dev.retort.distill.objective.logit.Dist;

/** Correlations of rows and columns. */
final class DistVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    Dist dist = new Dist(
        from.number("beta"),
        from.number("gamma"),
        from.number("tau"),
        from.numberOr("eps", Correlation.EPSILON));
    Dist.Terms terms = dist.terms(from.student("student_logits"), from.constant("teacher_logits"));
    return new Computed(
        dist.total(terms), ImmutableMap.of("inter", terms.inter(), "intra", terms.intra()));
  }
}
