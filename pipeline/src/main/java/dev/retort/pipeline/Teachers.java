package dev.retort.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import com.google.common.hash.HashCode;
import dev.retort.data.Dataset;
import dev.retort.distill.objective.Objectives;
import dev.retort.distill.train.CachedTeacher;
import dev.retort.distill.train.EnsembleTeacher;
import dev.retort.distill.train.FrozenTeacher;
import dev.retort.distill.train.Teacher;
import dev.retort.distill.train.WeightedObjective;
import dev.retort.pipeline.recipe.TeacherRecipe;
import dev.retort.pipeline.recipe.Term;
import dev.retort.space.Architecture;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whom the students of a run learn from, by the names that objectives use. */
final class Teachers {
  private final Workbench bench;
  private final @Nullable Weights first;
  private final ImmutableMap<String, Weights> networks;

  /** One network for all that ask it. */
  private final ImmutableMap<String, Teacher> frozen;

  /** What the networks whose outputs are kept are, to the bit. */
  private final ImmutableMap<String, HashCode> identities;

  /**
   * The teachers of a run.
   *
   * @param first the first teacher's weights; null: there is none
   * @param further those of the further ones that are networks, by name
   */
  Teachers(Workbench bench, @Nullable Weights first, Map<String, Weights> further) {
    this.bench = bench;
    this.first = first;
    ImmutableMap.Builder<String, Weights> all = ImmutableMap.builder();
    if (first != null) {
      all.put(TeacherRecipe.FIRST, first);
    }
    this.networks = all.putAll(further).buildOrThrow();
    this.frozen = ImmutableMap.copyOf(Maps.transformValues(
        networks,
        weights -> new FrozenTeacher(Network.of(weights.architecture(), bench.kernels), weights)));
    this.identities = networks.entrySet().stream()
        .filter(each -> recipe(each.getKey()).cache() != null)
        .collect(ImmutableMap.toImmutableMap(
            Map.Entry::getKey, each -> CachedTeacher.identity(each.getValue())));
  }

  private TeacherRecipe recipe(String name) {
    return name.equals(TeacherRecipe.FIRST)
        ? Objects.requireNonNull(bench.recipe.teacher())
        : Objects.requireNonNull(
            Objects.requireNonNull(bench.recipe.teachers().get(name)).alone());
  }

  /**
   * The weights of the first, whose slices students begin as.
   *
   * @throws IllegalStateException where there is none
   */
  Weights first() {
    if (first == null) {
      throw new IllegalStateException("This run has no teacher (" + bench.recipe.name() + ")");
    }
    return first;
  }

  /** The first teacher's architecture; null: there is none. */
  @Nullable
  Architecture architecture() {
    return first == null ? null : first.architecture();
  }

  /**
   * The terms of a training, each with its teacher.
   *
   * @param examples what the training's batches hold; teachers with a cache keep their outputs of
   *     them
   */
  ImmutableList<WeightedObjective> objectives(List<Term> terms, long steps, Dataset<?> examples) {
    Map<String, Teacher> byName = new LinkedHashMap<>();
    frozen.forEach((name, teacher) -> byName.put(name, cached(name, teacher, examples)));
    bench.recipe.teachers().forEach((name, teacher) -> {
      if (teacher.alone() == null) {
        ImmutableList<Teacher> members = teacher.ensemble().stream()
            .map(member -> Objects.requireNonNull(byName.get(member), member))
            .collect(ImmutableList.toImmutableList());
        byName.put(name, new EnsembleTeacher(members, teacher.mean()));
      }
    });
    return objectives(terms, steps, byName);
  }

  private Teacher cached(String name, Teacher teacher, Dataset<?> examples) {
    Path folder = recipe(name).cache();
    HashCode identity = identities.get(name);
    return folder == null || identity == null
        ? teacher
        : new CachedTeacher(
            teacher,
            identity,
            examples,
            folder,
            bench.recipe.evaluate().batch(),
            bench.progress::note);
  }

  /** The terms of a training without a teacher. */
  static ImmutableList<WeightedObjective> alone(List<Term> terms, long steps) {
    return objectives(terms, steps, Map.of());
  }

  private static ImmutableList<WeightedObjective> objectives(
      List<Term> terms, long steps, Map<String, Teacher> teachers) {
    return terms.stream()
        .map(term -> new WeightedObjective(
            term.labelIn(terms),
            term.weight().schedule(steps),
            Objectives.create(term.name(), term.options()),
            teachers.get(Objects.requireNonNullElse(term.teacher(), TeacherRecipe.FIRST))))
        .collect(ImmutableList.toImmutableList());
  }
}
