package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import dev.retort.distill.objective.logit.Dkd;
import dev.retort.supernet.kernel.Scaling;

/** Decoupled distillation, and its warm-up. */
final class DkdVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    if (from.has("epoch")) {
      double epochs = from.number("warmup_epochs");
      double[] factors =
          from.list("epoch").stream().map(epoch -> Dkd.warmUp(epoch, epochs)).toArray();
      return Computed.of(ImmutableMap.of("factor", Doubles.asList(factors)));
    }
    double temperature = from.number("temperature");
    Dkd dkd = new Dkd(from.number("alpha"), from.number("beta"), temperature);
    NDArray student = from.student("student_logits");
    Dkd.Terms terms = dkd.terms(student, from.constant("teacher_logits"), from.labels(student));
    double square = temperature * temperature;
    return new Computed(
        dkd.total(terms),
        ImmutableMap.of(
            "tckd_times_T2", Scaling.by(terms.target(), square),
            "nckd_times_T2", Scaling.by(terms.nonTarget(), square)));
  }
}
