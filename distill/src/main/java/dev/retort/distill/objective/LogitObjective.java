package dev.retort.distill.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.training.loss.Loss;
import com.google.common.collect.ImmutableSet;
import dev.retort.distill.arithmetic.Tensors;
import dev.retort.space.Architecture;
import org.jspecify.annotations.Nullable;

/** An objective of logits and labels alone; it can also be used as a DJL {@link Loss}. */
public interface LogitObjective extends Objective {
  /** Whether it reads the teacher's logits; true unless it says otherwise. */
  default boolean readsTeacher() {
    return true;
  }

  /** Whether it reads labels; false unless it says otherwise. */
  default boolean readsLabels() {
    return false;
  }

  /**
   * The loss of arrays.
   *
   * @param student the student's logits [B,C]
   * @param teacher the teacher's logits [B,C], detached here; null where it reads none
   * @param labels class indices [B] or shares [B,C]; null where it reads none
   * @return a scalar, in the manager of {@code student}
   * @throws IllegalArgumentException when shapes do not fit
   */
  NDArray loss(NDArray student, @Nullable NDArray teacher, @Nullable NDArray labels);

  @Override
  default Needs needs(Architecture student, Architecture teacher) {
    if (readsTeacher()) {
      Checks.classes(name(), student, teacher);
    } else {
      Checks.classes(name(), student);
    }
    return new Needs(true, readsLabels(), readsTeacher(), ImmutableSet.of(), ImmutableSet.of());
  }

  /** The loss of what a stage gives; of dense logits [B,C,height,width] each pixel is a row. */
  @Override
  default NDArray loss(LossInputs inputs) {
    NDArray student = inputs.student().requireLogits();
    NDArray labels = readsLabels() ? inputs.batch().labels() : null;
    return loss(
        Tensors.rowsOfPixels(student),
        readsTeacher() ? Tensors.rowsOfPixels(inputs.requireTeacher().requireLogits()) : null,
        labels != null && labels.getShape().dimension() == 3 ? labels.flatten() : labels);
  }

  /**
   * This objective for DJL's trainer. Its {@code evaluate(labels, predictions)} takes the student's
   * logits as the one prediction, and as labels the labels (where it reads them) followed by the
   * teacher's logits (where it reads them).
   */
  default Loss asLoss() {
    return new LogitLoss(this);
  }
}
