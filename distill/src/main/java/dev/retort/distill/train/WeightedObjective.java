package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.Objective;
import dev.retort.space.Architecture;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One term of a stage's loss.
 *
 * @param label how logs and reports call it, unique in its stage
 * @param weight its factor over the steps
 * @param objective the loss
 * @param teacher who it learns from; null for an objective that reads no teacher
 */
public record WeightedObjective(
    String label, WeightSchedule weight, Objective objective, @Nullable Teacher teacher) {
  /** A term of a constant weight without a teacher. */
  public WeightedObjective(String label, double weight, Objective objective) {
    this(label, WeightSchedule.constant(weight), objective, null);
  }

  /** The same term, learnt from a teacher. */
  public WeightedObjective from(@Nullable Teacher other) {
    return new WeightedObjective(label, weight, objective, other);
  }

  /** What it reads of a student and of its teacher. */
  public Objective.Needs needs(Architecture student) {
    return objective.needs(student, teacherOr(student));
  }

  /** The teacher's architecture; without a teacher the student's own. */
  public Architecture teacherOr(Architecture student) {
    return teacher == null ? student : teacher.architecture();
  }

  /** What a stage calls a tensor of the objective: the label, a point and its name. */
  String tensor(String name) {
    return label + "." + name;
  }

  /**
   * The objective's own tensors by its own names.
   *
   * @param all those of all terms, by the stage's names
   */
  public ImmutableMap<String, NDArray> own(Map<String, NDArray> all) {
    return all.entrySet().stream()
        .filter(each -> each.getKey().startsWith(tensor("")))
        .collect(ImmutableMap.toImmutableMap(
            each -> each.getKey().substring(tensor("").length()), Map.Entry::getValue));
  }
}
