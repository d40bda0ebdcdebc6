package dev.retort.distill.golden;

import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.attention.AttentionTransfer;

/** Attention and value-relation transfer. */
final class MiniLm1Vectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
    AttentionTransfer.Terms terms = new AttentionTransfer()
        .terms(
            new AttentionTransfer.Heads(
                from.student("student_q"), from.student("student_k"), from.student("student_v")),
            new AttentionTransfer.Heads(
                from.constant("teacher_q"), from.constant("teacher_k"), from.constant("teacher_v")),
            from.optional("attention_mask"));
    return new Computed(
        terms.attention().add(terms.valueRelation()),
        ImmutableMap.of("attention", terms.attention(), "value_relation", terms.valueRelation()));
  }
}
