package dev.retort.distill.objective.token;

import com.google.common.collect.ImmutableList;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Objectives;

/** The objectives of language models. */
public final class TokenObjectives implements Objectives.Provider {
  @Override
  public ImmutableList<ObjectiveKind> kinds() {
    return ImmutableList.of(Distillm.KIND, Okd.KIND, Ctcd.KIND);
  }
}
