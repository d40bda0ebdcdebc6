package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.logit.Uskd;
import java.util.ArrayList;
import java.util.List;

/** Self-distillation without a teacher. */
final class UskdVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    if (from.has("feature_map")) {
      return middle(pooled(from.constant("feature_map")));
    }
    if (from.has("hidden_states")) {
      NDArray states = from.constant("hidden_states");
      long block = Uskd.middleBlock((int) states.getShape().get(0));
      return middle(Uskd.classToken(states.get(block), states.getManager()));
    }
    Uskd.Rank rank = from.word(
        "rank_mode",
        ImmutableMap.of(
            "official_code", Uskd.Rank.OFFICIAL_CODE, "paper_formula", Uskd.Rank.PAPER_FORMULA));
    Uskd uskd = new Uskd(from.number("alpha"), from.number("beta"), from.number("mu"), rank);
    NDArray student = from.student("student_logits");
    Uskd.Terms terms = uskd.terms(
        student,
        from.student("mid_feature"),
        from.student("fc_weight"),
        from.student("fc_bias"),
        from.labels(student));
    return new Computed(
        uskd.total(terms),
        ImmutableMap.of(
            "loss_target", terms.target(),
            "loss_non_target", terms.nonTarget(),
            "loss_weak_already_times_mu", terms.weak(),
            "soft_target_labels", terms.targetLabels(),
            "soft_non_target_labels", others(terms),
            "class_place_in_ranking_from_0", terms.places()));
  }

  /** Global average pooling of maps [B,D,height,width]. */
  private NDArray pooled(NDArray maps) {
    return maps.reshape(maps.getShape().get(0), maps.getShape().get(1), -1).mean(new int[] {2});
  }

  /** These cases hold the feature alone; their loss is its sum. */
  private Computed middle(NDArray feature) {
    return new Computed(feature.sum(), ImmutableMap.of("mid_feature", feature));
  }

  /** The labels of the classes that are no target, row by row. */
  private List<List<Float>> others(Uskd.Terms terms) {
    float[] labels = terms.nonTargetLabels().toFloatArray();
    float[] targets = terms.targets().toFloatArray();
    int classes = (int) terms.targets().getShape().get(1);
    List<List<Float>> rows = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      if (i % classes == 0) {
        rows.add(new ArrayList<>());
      }
      if (targets[i] == 0) {
        rows.get(rows.size() - 1).add(labels[i]);
      }
    }
    return rows;
  }
}
