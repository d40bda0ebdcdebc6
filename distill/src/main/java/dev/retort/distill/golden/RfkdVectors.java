package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.feature.Rfkd;

/** Features, logits and areas of a segmentation. */
final class RfkdVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    // The weights of dice, logits and features, in the order of the paper's three terms.
    ImmutableDoubleArray weights =
        from.given("weights") ? from.list("weights") : ImmutableDoubleArray.of(1, 1, 1);
    if (weights.length() != 3) {
      throw from.refuse("hyper_parameters.weights must be three numbers");
    }
    Rfkd.Distance distance = from.given("distance")
        ? from.word(
            "distance",
            ImmutableMap.of(
                "mse", Rfkd.Distance.MEAN_SQUARE,
                "pixel_similarity", Rfkd.Distance.PIXEL_SIMILARITY))
        : Rfkd.Distance.MEAN_SQUARE;
    Rfkd objective = new Rfkd(
        Attachment.LAST,
        false,
        distance,
        weights.get(0),
        weights.get(1),
        weights.get(2),
        from.numberOr("temperature", 1),
        from.numberOr("dice_smooth", 1));
    NDArray student = from.student("student_logits");
    Rfkd.Terms terms = new Rfkd.Terms(
        objective.features(from.student("student_feature"), from.constant("teacher_feature"), null),
        objective.logits(student, from.constant("teacher_logits")),
        objective.dice(student, from.constant("mask")));
    return new Computed(
        objective.total(terms),
        ImmutableMap.of(
            "feature_mse", terms.feature(),
            "logit_binary_kl_T2", terms.logit(),
            "dice_smooth1", terms.dice()));
  }
}
