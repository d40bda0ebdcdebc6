package dev.retort.search;

import dev.retort.space.RandomStreams;
import dev.retort.space.SubSpace;
import io.jenetics.Genotype;
import io.jenetics.Optimize;
import io.jenetics.Phenotype;
import io.jenetics.Selector;
import io.jenetics.TournamentSelector;
import io.jenetics.TruncationSelector;
import io.jenetics.UniformCrossover;
import io.jenetics.engine.Constraint;
import io.jenetics.engine.Engine;
import io.jenetics.engine.EvolutionResult;
import io.jenetics.engine.EvolutionStart;
import io.jenetics.ext.moea.NSGA2Selector;
import io.jenetics.ext.moea.UFTournamentSelector;
import io.jenetics.ext.moea.Vec;
import io.jenetics.util.ISeq;
import io.jenetics.util.RandomRegistry;
import io.jenetics.util.Seq;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Evolutionary search (Real et al., AAAI 2019, is the form common in architecture search), with
 * NSGA-II (Deb et al., IEEE TEC 2002) where there are several objectives.
 *
 * <p>A generation: the elites live on; parents are chosen by tournament, crossed choice by choice
 * and mutated; what does not meet constraints and budget, or was scored before, is mended ({@link
 * Nursery}); the new ones are scored together. It ends after the generations asked for, when the
 * front has been steady for long enough, when as many candidates as allowed are scored, or when
 * there are no others.
 *
 * <p>Jenetics runs on this thread alone, each generation with a random stream of its own, so a
 * search gives the same whatever the number of workers, and when its scores come from a log.
 */
final class Evolution {
  private static final int TOURNAMENT = 3;

  private final SearchOptions options;
  private final Survey survey;
  private final Encoding encoding;
  private final Nursery nursery;
  private final Evaluations evaluations;
  private final Objectives objectives;
  private final SearchListener listener;
  private final RandomStreams streams;

  Evolution(
      Survey survey,
      Admission admission,
      SearchOptions options,
      Evaluations evaluations,
      SearchListener listener) {
    this.options = options;
    this.survey = survey;
    this.encoding = new Encoding(survey.open());
    this.nursery = new Nursery(survey, encoding, admission, evaluations);
    this.evaluations = evaluations;
    this.objectives = new Objectives(options.objectives());
    this.listener = listener;
    this.streams = new RandomStreams(options.seed());
  }

  /** Carries an interruption through Jenetics, which knows no checked exceptions. */
  private static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient InterruptedException cause;

    Interruption(InterruptedException cause) {
      super(cause);
      this.cause = cause;
    }
  }

  void run() throws InterruptedException {
    try {
      generations();
    } catch (Interruption e) {
      throw e.cause;
    }
  }

  private void generations() {
    Engine<ChoiceGene, Vec<double[]>> engine = engine();
    ISeq<Phenotype<ChoiceGene, Vec<double[]>>> population =
        RandomRegistry.with(streams.at("search.initial", 0), random -> initial(random));
    population = engine.eval(population);
    int steady = 0;
    for (int generation = 1; ; generation++) {
      steady = evaluations.takeFrontChanged() ? 0 : steady + 1;
      listener.generation(generation, evaluations.onFront(), steady);
      if (generation == options.generations()
          || steady >= options.steadyGenerations()
          || evaluations.spent()
          || (survey.all() != null && evaluations.count() >= survey.all().size())) {
        return;
      }
      population = next(engine, population, generation);
    }
  }

  private ISeq<Phenotype<ChoiceGene, Vec<double[]>>> next(
      Engine<ChoiceGene, Vec<double[]>> engine,
      ISeq<Phenotype<ChoiceGene, Vec<double[]>>> population,
      int generation) {
    nursery.begin();
    EvolutionStart<ChoiceGene, Vec<double[]>> start = EvolutionStart.of(population, generation);
    EvolutionResult<ChoiceGene, Vec<double[]>> result = RandomRegistry.with(
        streams.at("search.generation", generation), random -> engine.evolve(start));
    return result.population();
  }

  private Engine<ChoiceGene, Vec<double[]>> engine() {
    boolean one = options.objectives().size() == 1;
    Selector<ChoiceGene, Vec<double[]>> parents =
        one ? new TournamentSelector<>(TOURNAMENT) : UFTournamentSelector.ofVec();
    Selector<ChoiceGene, Vec<double[]>> survivors =
        one ? new TruncationSelector<>() : NSGA2Selector.ofVec();
    Candidate anchor = survey.anchors().get(0);
    return new Engine.Builder<ChoiceGene, Vec<double[]>>(
            this::evaluate, () -> encoding.encode(survey.open().get(0), anchor.architecture()))
        .optimize(Optimize.MINIMUM)
        .populationSize(options.population())
        .survivorsSize(options.elites())
        .offspringSelector(parents)
        .survivorsSelector(survivors)
        .alterers(
            new UniformCrossover<>(options.crossover(), 0.5),
            new ChoiceMutator<>(options.mutation()))
        .constraint(Constraint.of(
            each -> nursery.accepts(each.genotype(), each.isEvaluated()),
            (each, generation) ->
                Phenotype.of(nursery.mend(each.genotype(), RandomRegistry.random()), generation)))
        .maximalPhenotypeAge(Long.MAX_VALUE)
        .executor(Runnable::run)
        .build();
  }

  /** Samples of every open sub-space in turn, whatever its size, the anchors first. */
  private ISeq<Phenotype<ChoiceGene, Vec<double[]>>> initial(RandomGenerator random) {
    nursery.begin();
    List<Phenotype<ChoiceGene, Vec<double[]>>> population = new ArrayList<>();
    for (int i = 0; i < options.population(); i++) {
      int turn = i % survey.open().size();
      SubSpace subSpace = survey.open().get(turn);
      Genotype<ChoiceGene> genotype = encoding.encode(
          subSpace,
          i == turn
              ? survey.anchors().get(turn).architecture()
              : subSpace.space().sample(random));
      population.add(Phenotype.of(
          nursery.accepts(genotype, false) ? genotype : nursery.mend(genotype, random), 1));
    }
    return ISeq.of(population);
  }

  private ISeq<Phenotype<ChoiceGene, Vec<double[]>>> evaluate(
      Seq<Phenotype<ChoiceGene, Vec<double[]>>> population) {
    try {
      evaluations.score(population.stream()
          .filter(each -> !each.isEvaluated())
          .map(each -> nursery.candidate(each.genotype()))
          .toList());
    } catch (InterruptedException e) {
      throw new Interruption(e);
    }
    return population.stream()
        .map(each -> each.isEvaluated()
            ? each
            : each.withFitness(fitness(nursery.candidate(each.genotype()))))
        .collect(ISeq.toISeq());
  }

  /**
   * What has no score, having failed or come too late, is a little worse than everything that has;
   * an infinity would make every crowding distance NaN. What was dropped in a race has its
   * estimate.
   */
  private Vec<double[]> fitness(Candidate candidate) {
    Scored scored = evaluations.find(candidate.key());
    return Vec.of(
        scored != null && scored.rated()
            ? objectives.vector(scored)
            : Arrays.stream(evaluations.worst())
                .map(each -> each + Math.abs(each) * 0.1 + 1)
                .toArray());
  }
}
