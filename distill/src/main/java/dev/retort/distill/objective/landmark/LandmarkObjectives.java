package dev.retort.distill.objective.landmark;

import com.google.common.collect.ImmutableList;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Objectives;

/** The objectives of coordinates. */
public final class LandmarkObjectives implements Objectives.Provider {
  @Override
  public ImmutableList<ObjectiveKind> kinds() {
    return ImmutableList.of(LandmarkMain.KIND, LandmarkAssist.KIND);
  }
}
