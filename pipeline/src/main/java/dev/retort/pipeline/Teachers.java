package dev.retort.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.Objectives;
import dev.retort.distill.train.EnsembleTeacher;
import dev.retort.distill.train.FrozenTeacher;
import dev.retort.distill.train.Teacher;
import dev.retort.distill.train.WeightedObjective;
import dev.retort.pipeline.recipe.FurtherTeacher;
import dev.retort.pipeline.recipe.TeacherRecipe;
import dev.retort.pipeline.recipe.Term;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Kernels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whom the students of a run learn from, by the names that objectives use. */
final class Teachers {
  private final Weights first;
  private final ImmutableMap<String, Teacher> byName;

  private Teachers(Weights first, ImmutableMap<String, Teacher> byName) {
    this.first = first;
    this.byName = byName;
  }

  /**
   * The teachers of a run.
   *
   * @param first the first teacher's weights
   * @param further those of the further ones that are networks, by name
   * @param recipe what the further ones are
   */
  static Teachers of(
      Weights first,
      Map<String, Weights> further,
      Map<String, FurtherTeacher> recipe,
      Kernels kernels) {
    Map<String, Teacher> all = new LinkedHashMap<>();
    all.put(TeacherRecipe.FIRST, frozen(first, kernels));
    further.forEach((name, weights) -> all.put(name, frozen(weights, kernels)));
    recipe.forEach((name, teacher) -> {
      if (teacher.alone() == null) {
        ImmutableList<Teacher> members = teacher.ensemble().stream()
            .map(member -> Objects.requireNonNull(all.get(member), member))
            .collect(ImmutableList.toImmutableList());
        all.put(name, new EnsembleTeacher(members, teacher.mean()));
      }
    });
    return new Teachers(first, ImmutableMap.copyOf(all));
  }

  private static Teacher frozen(Weights weights, Kernels kernels) {
    return new FrozenTeacher(Network.of(weights.architecture(), kernels), weights);
  }

  /** The weights of the first, whose slices students begin as. */
  Weights first() {
    return first;
  }

  /** The terms of a training of so many steps, each with its teacher. */
  ImmutableList<WeightedObjective> objectives(List<Term> terms, long steps) {
    return objectives(terms, steps, this);
  }

  /** The terms of a training without a teacher. */
  static ImmutableList<WeightedObjective> objectivesAlone(List<Term> terms, long steps) {
    return objectives(terms, steps, null);
  }

  private static ImmutableList<WeightedObjective> objectives(
      List<Term> terms, long steps, @Nullable Teachers teachers) {
    return terms.stream()
        .map(term -> new WeightedObjective(
            term.labelIn(terms),
            term.weight().schedule(steps),
            Objectives.create(term.name(), term.options()),
            teachers == null ? null : teachers.of(term.teacher())))
        .collect(ImmutableList.toImmutableList());
  }

  private Teacher of(@Nullable String name) {
    return Objects.requireNonNull(byName.get(name == null ? TeacherRecipe.FIRST : name), name);
  }
}
