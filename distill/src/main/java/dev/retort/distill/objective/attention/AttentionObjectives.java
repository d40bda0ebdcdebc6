package dev.retort.distill.objective.attention;

import com.google.common.collect.ImmutableList;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Objectives;

/** The objectives of what attention sees. */
public final class AttentionObjectives implements Objectives.Provider {
  @Override
  public ImmutableList<ObjectiveKind> kinds() {
    return ImmutableList.of(
        SelfAttentionRelation.KIND, AttentionTransfer.KIND, AttentionProbabilities.KIND);
  }
}
