package dev.retort.distill.objective.feature;

import com.google.common.collect.ImmutableList;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Objectives;

/** The objectives of what is inside the networks. */
public final class FeatureObjectives implements Objectives.Provider {
  @Override
  public ImmutableList<ObjectiveKind> kinds() {
    return ImmutableList.of(
        HiddenState.KIND,
        HiddenCrossEntropy.KIND,
        HiddenCosine.KIND,
        Pkd.KIND,
        MutualInformation.KIND,
        FitNets.KIND,
        SpatialAttention.KIND,
        Rkd.KIND,
        Crd.KIND,
        Dfa.KIND,
        Rfkd.KIND);
  }
}
