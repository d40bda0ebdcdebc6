package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableSet;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.feature.Rfkd;
import dev.retort.space.Architecture;

/** The dice loss of {@code rfkd} alone, which its teacher learns by, having none itself. */
record AreaLoss() implements Objective {
  @Override
  public String name() {
    return "dice";
  }

  @Override
  public Needs needs(Architecture student, Architecture teacher) {
    return new Needs(true, true, false, ImmutableSet.of(), ImmutableSet.of());
  }

  @Override
  public NDArray loss(LossInputs inputs) {
    return new Rfkd().dice(inputs.student().requireLogits(), inputs.batch().labels());
  }
}
