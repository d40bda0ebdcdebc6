package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.attention.SelfAttentionRelation;
import dev.retort.distill.objective.attention.SelfAttentionRelation.Form;
import dev.retort.supernet.kernel.Scaling;
import org.jspecify.annotations.Nullable;

/** Self-attention relations. */
final class MiniLm2Vectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
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

  private static NDArray relation(
      SelfAttentionRelation relation, GoldenCase from, String part, @Nullable NDArray mask) {
    return relation.term(from.student("student_" + part), from.constant("teacher_" + part), mask);
  }
}
