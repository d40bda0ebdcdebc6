package dev.retort.distill.objective.logit;

import com.google.common.collect.ImmutableList;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Objectives;

/** The objectives of logits and labels. */
public final class LogitObjectives implements Objectives.Provider {
  @Override
  public ImmutableList<ObjectiveKind> kinds() {
    return ImmutableList.of(
        CrossEntropy.KIND,
        MeanSquaredError.KIND,
        MeanAbsoluteError.KIND,
        LogitKd.KIND,
        OutputMatch.KIND,
        Dkd.KIND,
        Dist.KIND,
        Mlkd.KIND,
        Wsl.KIND,
        BdKd.KIND,
        Cmkd.KIND,
        ProKt.KIND,
        UdaKd.KIND,
        Nkd.KIND,
        Uskd.KIND);
  }
}
