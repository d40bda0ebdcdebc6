package dev.retort.search;

import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How to search. Each has its recipe key, which the message of a wrong value names.
 *
 * @param method {@code search.method.name}; evolution where fewer candidates than {@code
 *     exhaustiveLimit} meet the budget scores them all instead
 * @param population {@code search.method.population}: candidates a generation, 64
 * @param generations {@code search.method.generations}, the initial population being the first, 30
 * @param mutation {@code search.method.mutation}: probability that a choice is drawn anew or moved
 *     one step, 0.1
 * @param crossover {@code search.method.crossover}: probability that a candidate is crossed with
 *     another, 0.6
 * @param elites {@code search.method.elites}: best candidates that live on unchanged, a quarter of
 *     the population
 * @param samples {@code search.method.samples}: candidates that random search scores, 1,024
 * @param exhaustiveLimit {@code search.method.exhaustive-limit}: most candidates that are all
 *     scored, 4,096; 0: evolution never becomes exhaustive
 * @param steadyGenerations {@code search.method.steady-generations}: stop when the front has not
 *     changed for so many generations, 10
 * @param maxEvaluations {@code search.method.evaluations}: most candidates scored in all, those
 *     from the log included, so that a resumed search ends where it would have ended; no bound
 * @param timeout {@code search.method.timeout}: a candidate that takes longer has failed; none
 *     (zero). With a timeout the result depends on the machine's speed
 * @param workers {@code search.workers}: candidates scored at once, 1; does not change the result
 * @param seed {@code seed} of the run, 0
 * @param objectives {@code search.objectives}: what to minimise, names of scores or cost metrics;
 *     one, or several for a Pareto front; {@code [distillation-loss]}
 * @param racing {@code search.racing}: when candidates are dropped before they are fully scored;
 *     null (the default): never
 */
public record SearchOptions(
    Method method,
    int population,
    int generations,
    double mutation,
    double crossover,
    int elites,
    int samples,
    int exhaustiveLimit,
    int steadyGenerations,
    int maxEvaluations,
    Duration timeout,
    int workers,
    long seed,
    ImmutableList<String> objectives,
    @Nullable Racing racing) {

  /** How candidates are found. */
  public enum Method {
    /** Every candidate that meets the budget. */
    EXHAUSTIVE,
    /** Drawn uniformly. */
    RANDOM,
    /** Bred from the best so far. */
    EVOLUTION;

    /** Its name in recipes. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Checks the options.
   *
   * @throws UserException when one is out of range; the message names the recipe key
   */
  public SearchOptions {
    atLeast("search.method.population", population, 4);
    atLeast("search.method.generations", generations, 1);
    fraction("search.method.mutation", mutation);
    fraction("search.method.crossover", crossover);
    check(
        elites >= 1 && elites < population,
        "search.method.elites",
        elites,
        "a whole number from 1 to population - 1 (" + (population - 1) + ")");
    atLeast("search.method.samples", samples, 1);
    atLeast("search.method.exhaustive-limit", exhaustiveLimit, 0);
    atLeast("search.method.steady-generations", steadyGenerations, 1);
    atLeast("search.method.evaluations", maxEvaluations, 1);
    check(!timeout.isNegative(), "search.method.timeout", timeout, "a duration, or 0 for none");
    atLeast("search.workers", workers, 1);
    check(workers <= 1024, "search.workers", workers, "a whole number from 1 to 1024");
    check(!objectives.isEmpty(), "search.objectives", objectives, "at least one name");
    check(
        objectives.stream().distinct().count() == objectives.size(),
        "search.objectives",
        objectives,
        "names that differ");
  }

  private static void atLeast(String key, int value, int least) {
    check(value >= least, key, value, "a whole number of at least " + least);
  }

  private static void fraction(String key, double value) {
    check(value >= 0 && value <= 1, key, value, "a probability from 0 to 1");
  }

  private static void check(boolean holds, String key, Object found, String allowed) {
    if (!holds) {
      throw new UserException(
          UserException.Kind.USAGE, key + ": found (" + found + "), allowed: " + allowed);
    }
  }

  /** Evolution with the defaults, to be changed. */
  public static Builder builder() {
    return new Builder();
  }

  /** Collects options; what is not set has its default. */
  public static final class Builder {
    private Method method = Method.EVOLUTION;
    private int population = 64;
    private int generations = 30;
    private double mutation = 0.1;
    private double crossover = 0.6;
    private int elites;
    private boolean elitesGiven;
    private int samples = 1024;
    private int exhaustiveLimit = 4096;
    private int steadyGenerations = 10;
    private int maxEvaluations = Integer.MAX_VALUE;
    private Duration timeout = Duration.ZERO;
    private int workers = 1;
    private long seed;
    private ImmutableList<String> objectives = ImmutableList.of("distillation-loss");
    private @Nullable Racing racing;

    private Builder() {}

    /** How candidates are found. */
    public Builder method(Method value) {
      method = value;
      return this;
    }

    /** Candidates a generation. */
    public Builder population(int value) {
      population = value;
      return this;
    }

    /** Generations, the initial population being the first. */
    public Builder generations(int value) {
      generations = value;
      return this;
    }

    /** Probability that a choice changes. */
    public Builder mutation(double value) {
      mutation = value;
      return this;
    }

    /** Probability that a candidate is crossed with another. */
    public Builder crossover(double value) {
      crossover = value;
      return this;
    }

    /** Best candidates that live on unchanged. */
    public Builder elites(int value) {
      elites = value;
      elitesGiven = true;
      return this;
    }

    /** Candidates that random search scores. */
    public Builder samples(int value) {
      samples = value;
      return this;
    }

    /** Most candidates that are all scored. */
    public Builder exhaustiveLimit(int value) {
      exhaustiveLimit = value;
      return this;
    }

    /** Generations without a change of the front that end the search. */
    public Builder steadyGenerations(int value) {
      steadyGenerations = value;
      return this;
    }

    /** Most candidates scored in all. */
    public Builder maxEvaluations(int value) {
      maxEvaluations = value;
      return this;
    }

    /** Longest time for a candidate; zero: no bound. */
    public Builder timeout(Duration value) {
      timeout = value;
      return this;
    }

    /** Candidates scored at once. */
    public Builder workers(int value) {
      workers = value;
      return this;
    }

    /** Seed of the run. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** What to minimise. */
    public Builder objectives(List<String> value) {
      objectives = ImmutableList.copyOf(value);
      return this;
    }

    /** When candidates are dropped before they are fully scored; null: never. */
    public Builder racing(@Nullable Racing value) {
      racing = value;
      return this;
    }

    /** The options. Throws UserException where one is out of range. */
    public SearchOptions build() {
      return new SearchOptions(
          method,
          population,
          generations,
          mutation,
          crossover,
          elitesGiven ? elites : Math.max(1, population / 4),
          samples,
          exhaustiveLimit,
          steadyGenerations,
          maxEvaluations,
          timeout,
          workers,
          seed,
          objectives,
          racing);
    }
  }
}
