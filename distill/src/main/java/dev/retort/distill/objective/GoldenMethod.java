package dev.retort.distill.objective;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.SelfAttentionRelation.Form;
import dev.retort.supernet.kernel.Scaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a method of the golden-vector files is computed with the objectives. */
enum GoldenMethod {
  KD {
    @Override
    Computed compute(GoldenCase from) {
      LogitKd.Form form = from.word(
          "soft_loss",
          ImmutableMap.of("kl", LogitKd.Form.KL, "cross_entropy", LogitKd.Form.CROSS_ENTROPY));
      NDArray student = from.student("student_logits");
      NDArray hard = new CrossEntropy().loss(student, from.labels(student));
      NDArray soft = new LogitKd(from.number("temperature"), form)
          .loss(student, from.constant("teacher_logits"));
      NDArray loss = Scaling.by(hard, from.number("ce_weight"))
          .add(Scaling.by(soft, from.number("kd_weight")));
      return new Computed(loss, ImmutableMap.of("ce", hard, "kd_times_T2", soft));
    }
  },

  NKD {
    @Override
    Computed compute(GoldenCase from) {
      Nkd nkd = new Nkd(from.number("gamma"), from.number("temperature"));
      NDArray student = from.student("student_logits");
      Nkd.Terms terms = nkd.terms(student, from.constant("teacher_logits"), from.labels(student));
      return new Computed(
          nkd.total(terms),
          ImmutableMap.of(
              "loss_target", terms.target(), "loss_non_target_unweighted", terms.nonTarget()));
    }
  },

  USKD {
    @Override
    Computed compute(GoldenCase from) {
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
  },

  AUTODISTIL {
    @Override
    Computed compute(GoldenCase from) {
      NDArray mask = from.optional("attention_mask");
      SelfAttentionRelation relation =
          new SelfAttentionRelation(Form.MSE_SCORES, (int) from.number("relation_heads"));
      NDArray queries = relation(relation, from, "q", mask);
      NDArray keys = relation(relation, from, "k", mask);
      NDArray values = relation(relation, from, "v", mask);
      NDArray attention = queries.add(keys).add(values);
      NDArray logits = new LogitKd(1, LogitKd.Form.CROSS_ENTROPY)
          .loss(from.student("student_logits"), from.constant("teacher_logits"));
      NDArray states = new HiddenState(false)
          .loss(from.student("student_hidden"), from.constant("teacher_hidden"), mask);
      NDArray loss = Scaling.by(logits, from.number("l_logit"))
          .add(Scaling.by(attention, from.number("l_att")))
          .add(Scaling.by(states, from.number("l_rep")));
      return new Computed(
          loss,
          ImmutableMap.of(
              "mse_QQ", queries,
              "mse_KK", keys,
              "mse_VV", values,
              "att", attention,
              "logit", logits,
              "rep", states));
    }
  },

  MINILM_V1 {
    @Override
    Computed compute(GoldenCase from) {
      AttentionTransfer.Terms terms = new AttentionTransfer()
          .terms(
              new AttentionTransfer.Heads(
                  from.student("student_q"), from.student("student_k"), from.student("student_v")),
              new AttentionTransfer.Heads(
                  from.constant("teacher_q"),
                  from.constant("teacher_k"),
                  from.constant("teacher_v")),
              from.optional("attention_mask"));
      return new Computed(
          terms.attention().add(terms.valueRelation()),
          ImmutableMap.of("attention", terms.attention(), "value_relation", terms.valueRelation()));
    }
  },

  MINILM_V2 {
    @Override
    Computed compute(GoldenCase from) {
      NDArray mask = from.optional("attention_mask");
      SelfAttentionRelation relation =
          new SelfAttentionRelation(Form.KL_RELATIONS, (int) from.number("relation_heads"));
      NDArray queries = relation(relation, from, "q", mask);
      NDArray keys = relation(relation, from, "k", mask);
      NDArray values = relation(relation, from, "v", mask);
      NDArray loss = Scaling.by(queries, from.number("weights", "QQ"))
          .add(Scaling.by(keys, from.number("weights", "KK")))
          .add(Scaling.by(values, from.number("weights", "VV")));
      return new Computed(loss, ImmutableMap.of("QQ", queries, "KK", keys, "VV", values));
    }
  };

  /**
   * What a case gives.
   *
   * @param loss a scalar with its graph
   * @param components arrays or nested lists, by the files' names
   */
  record Computed(NDArray loss, ImmutableMap<String, Object> components) {}

  /** Computes a case. */
  abstract Computed compute(GoldenCase from);

  /** Its name in the files. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The names in the files. */
  static ImmutableList<String> names() {
    return ImmutableList.copyOf(values()).stream()
        .map(GoldenMethod::text)
        .collect(ImmutableList.toImmutableList());
  }

  /** The method of that name in the files, or null. */
  static @Nullable GoldenMethod find(String name) {
    int index = names().indexOf(name);
    return index < 0 ? null : values()[index];
  }

  private static NDArray relation(
      SelfAttentionRelation relation, GoldenCase from, String part, @Nullable NDArray mask) {
    return relation.term(from.student("student_" + part), from.constant("teacher_" + part), mask);
  }
}
