package dev.retort.distill.objective;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Architecture;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Tap;

/**
 * A loss of what student and teacher gave for one batch. Stateless; options are its fields.
 *
 * <p>Every objective detaches the teacher, works with log-softmax, and gives 0 with a zero gradient
 * for an empty set.
 */
public interface Objective {
  /** Its name in recipes, such as {@code kd}. */
  String name();

  /** What it reads. */
  Needs needs(Architecture student, Architecture teacher);

  /** The loss, a scalar with its graph. Values are float32. */
  NDArray loss(LossInputs inputs);

  /**
   * Trainable tensors of its own (a fit layer, a weak head), trained with the student, saved in
   * checkpoints and left out of exports. Their names are the objective's own: a stage puts the
   * term's label before them.
   *
   * @param student the largest student that it will see
   */
  default ImmutableList<TensorSpec> extras(Architecture student, Architecture teacher) {
    return ImmutableList.of();
  }

  /**
   * How many training examples it was told that there are, as it keeps something of each by its
   * place in the training data; 0 where it keeps nothing.
   */
  default int remembers() {
    return 0;
  }

  /**
   * What an objective reads.
   *
   * @param logits whether it reads the student's logits (and the teacher's, with a teacher)
   * @param labels whether it reads labels
   * @param teacher whether it reads anything of a teacher
   * @param studentTaps taps of the student
   * @param teacherTaps taps of the teacher
   */
  record Needs(
      boolean logits,
      boolean labels,
      boolean teacher,
      ImmutableSet<Tap> studentTaps,
      ImmutableSet<Tap> teacherTaps) {}
}
