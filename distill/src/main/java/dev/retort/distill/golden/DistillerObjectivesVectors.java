package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.attention.AttentionProbabilities;
import dev.retort.distill.objective.feature.HiddenCosine;
import dev.retort.distill.objective.feature.HiddenCrossEntropy;
import dev.retort.distill.objective.feature.HiddenState;
import dev.retort.distill.objective.feature.Pkd;
import dev.retort.distill.objective.logit.OutputMatch;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Distiller's objectives of hidden states, attention and outputs. */
final class DistillerObjectivesVectors implements GoldenMethod {
  private static final ImmutableMap<String, OutputMatch.Form> OUTPUTS = ImmutableMap.of(
      "kd_ce", OutputMatch.Form.CROSS_ENTROPY,
      "kd_mse", OutputMatch.Form.MSE,
      "output_ce", OutputMatch.Form.CROSS_ENTROPY,
      "output_mse", OutputMatch.Form.MSE);

  private static final ImmutableMap<String, AttentionProbabilities.Form> ATTENTION =
      ImmutableMap.of(
          "attention_mse", AttentionProbabilities.Form.MSE,
          "attention_ce", AttentionProbabilities.Form.CROSS_ENTROPY,
          "attention_ce_mean", AttentionProbabilities.Form.CROSS_ENTROPY_OF_MEAN);

  /** An objective of hidden states. */
  private interface Hidden {
    NDArray loss(NDArray student, NDArray teacher, @Nullable NDArray mask);
  }

  private static final ImmutableMap<String, Hidden> HIDDEN = ImmutableMap.of(
      "hidden_mse", new HiddenState(false)::loss,
      "hidden_ce", new HiddenCrossEntropy(false)::loss,
      "cosine", new HiddenCosine(false)::loss,
      "pkd", (student, teacher, mask) -> new Pkd(false).loss(student, teacher));

  @Override
  public Computed compute(GoldenCase from) {
    return new Computed(loss(from), ImmutableMap.of());
  }

  private static NDArray loss(GoldenCase from) {
    if (from.has("student_logits")) {
      // Cases of outputs tell the loss by their name, kd_ce_T8 for instance.
      OutputMatch.Form form = from.given("objective")
          ? from.word("objective", OUTPUTS)
          : OUTPUTS.entrySet().stream()
              .filter(each -> from.name().startsWith(each.getKey()))
              .map(Map.Entry::getValue)
              .findFirst()
              .orElse(OutputMatch.Form.CROSS_ENTROPY);
      return new OutputMatch(form, from.numberOr("temperature", 1))
          .loss(from.student("student_logits"), from.constant("teacher_logits"));
    }
    if (from.has("student_attention")) {
      return new AttentionProbabilities(from.word("objective", ATTENTION))
          .loss(
              from.student("student_attention"),
              from.constant("teacher_attention"),
              from.optional("mask"));
    }
    return from.word("objective", HIDDEN)
        .loss(
            from.student("student_hidden"), from.constant("teacher_hidden"), from.optional("mask"));
  }
}
