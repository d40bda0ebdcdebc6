package dev.retort.distill.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.training.loss.Loss;

/** A logit objective as a DJL loss. */
final class LogitLoss extends Loss {
  private final LogitObjective objective;

  LogitLoss(LogitObjective objective) {
    super(objective.name());
    this.objective = objective;
  }

  @Override
  public NDArray evaluate(NDList labels, NDList predictions) {
    int needed = (objective.readsLabels() ? 1 : 0) + (objective.readsTeacher() ? 1 : 0);
    if (labels.size() != needed || predictions.size() != 1) {
      throw new IllegalArgumentException(objective.name() + " as a Loss takes one prediction and "
          + (objective.readsLabels() ? "labels" : "")
          + (needed == 2 ? ", then " : "")
          + (objective.readsTeacher() ? "teacher logits" : "") + " as labels; found ("
          + predictions.size() + ") predictions and (" + labels.size() + ") labels");
    }
    return objective.loss(
        predictions.head(),
        objective.readsTeacher() ? labels.get(needed - 1) : null,
        objective.readsLabels() ? labels.get(0) : null);
  }
}
