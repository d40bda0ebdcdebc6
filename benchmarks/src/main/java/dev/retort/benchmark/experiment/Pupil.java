package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.train.Teacher;
import dev.retort.distill.train.WeightedObjective;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A student that an entrant has trained.
 *
 * @param weights its weights
 * @param measures what its training measured
 */
record Pupil(Weights weights, Map<String, Double> measures) {
  /**
   * Trains a student from weights at random.
   *
   * @param teachers the fixture's, by name
   * @param seed of weights and order
   * @param manager owns the weights
   */
  static Pupil trained(
      Entrant entrant,
      Architecture architecture,
      ImmutableMap<String, Teacher> teachers,
      Training training,
      long seed,
      NDManager manager) {
    Weights weights = InitialWeights.random(architecture, new RandomStreams(seed), manager);
    return trained(entrant, weights, teachers, training, seed, manager);
  }

  /** Trains given weights in place. */
  static Pupil trained(
      Entrant entrant,
      Weights weights,
      ImmutableMap<String, Teacher> teachers,
      Training training,
      long seed,
      NDManager manager) {
    Architecture architecture = weights.architecture();
    ImmutableList.Builder<WeightedObjective> terms = ImmutableList.builder();
    List<StudentBound> bound = new ArrayList<>();
    for (Term term : entrant.terms()) {
      Objective objective = term.make();
      if (objective instanceof StudentBound template) {
        StudentBound own = template.of(weights, manager);
        bound.add(own);
        objective = own;
      }
      String name = term.teacher().isEmpty() ? entrant.teacher() : term.teacher();
      Teacher teacher = Objects.requireNonNull(teachers.get(name), name);
      boolean taught = objective.needs(architecture, teacher.architecture()).teacher();
      terms.add(new WeightedObjective(
          term.label(), term.schedule(training.steps()), objective, taught ? teacher : null));
    }
    Map<String, Double> measures = training.run(
        "student/" + entrant.name(), weights, terms.build(), new RandomStreams(seed), manager);
    bound.forEach(each -> measures.putAll(each.measures()));
    return new Pupil(weights, measures);
  }
}
