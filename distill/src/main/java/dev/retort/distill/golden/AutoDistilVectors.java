package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.attention.SelfAttentionRelation;
import dev.retort.distill.objective.attention.SelfAttentionRelation.Form;
import dev.retort.distill.objective.feature.HiddenState;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.supernet.kernel.Scaling;
import org.jspecify.annotations.Nullable;

/** AutoDistil's released objective. */
final class AutoDistilVectors implements GoldenMethod {
  @Override
  public Computed compute(GoldenCase from) {
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

  private static NDArray relation(
      SelfAttentionRelation relation, GoldenCase from, String part, @Nullable NDArray mask) {
    return relation.term(from.student("student_" + part), from.constant("teacher_" + part), mask);
  }
}
