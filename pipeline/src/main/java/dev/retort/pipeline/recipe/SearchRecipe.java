package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.search.SearchOptions;
import dev.retort.space.Metric;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How students are chosen.
 *
 * @param budgets upper bounds on costs by the budget's name; each is answered with students. The
 *     key {@code budget} stands for a single one, named {@code budget}
 * @param method how candidates are found
 * @param objectives what is minimised: {@code distillation-loss} alone, or with costs for a front;
 *     default distillation-loss and macs
 * @param examples held-out examples that a candidate is scored on; default 512
 * @param fidelity scored candidates whose dev score is measured without fine-tuning, to tell how
 *     well the loss ranks them; default 32
 * @param cached tokens that are read before the one that costs are of, their keys and values being
 *     kept; default one less than the recipe's sequence; null but for language models
 * @param accounting how costs are counted: {@code exact} (default) or {@code autodistil}
 * @param top students taken for each budget, best first; default 1
 * @param racing when candidates are dropped before they are fully scored; null: never
 */
public record SearchRecipe(
    ImmutableMap<String, ImmutableMap<String, String>> budgets,
    Method method,
    ImmutableList<String> objectives,
    int examples,
    int fidelity,
    @Nullable Integer cached,
    Accounting accounting,
    int top,
    @Nullable RacingRecipe racing) {
  /** The costs that a budget may bound. */
  public static final ImmutableList<String> COSTS =
      Arrays.stream(Metric.values()).map(Metric::key).collect(ImmutableList.toImmutableList());

  private static final String LOSS = "distillation-loss";

  /** How costs are counted. */
  public enum Accounting {
    EXACT,
    AUTODISTIL
  }

  /**
   * How candidates are found.
   *
   * @param name {@code evolution} (default), {@code exhaustive} or {@code random}
   * @param population of evolution, candidates a generation; default 64
   * @param generations of evolution; default 30
   * @param mutation of evolution, the probability that a choice changes; default 0.1
   * @param crossover of evolution, the probability that a candidate is crossed; default 0.6
   * @param elites of evolution, the best that live on unchanged; default a quarter of them all
   * @param steadyGenerations of evolution, those without progress that end it; default 10
   * @param exhaustiveLimit of evolution, up to so many candidates are all scored instead; default
   *     4096
   * @param samples of random, candidates scored; default 1024
   * @param evaluations most candidates scored in all; default no bound
   * @param timeout seconds after which a candidate has failed; default 0, none. With a timeout the
   *     result depends on the machine's speed
   */
  public record Method(
      Name name,
      int population,
      int generations,
      double mutation,
      double crossover,
      int elites,
      int steadyGenerations,
      int exhaustiveLimit,
      int samples,
      @Nullable Integer evaluations,
      double timeout) {
    /** The ways to search. */
    public enum Name {
      EVOLUTION,
      EXHAUSTIVE,
      RANDOM
    }

    static Method read(Section section) {
      int population = section.integer("population", 64, 4, 1_000_000);
      Method read = new Method(
          section.word("name", Name.EVOLUTION),
          population,
          section.integer("generations", 30, 1, 1_000_000),
          section.decimal("mutation", 0.1, Interval.UNIT),
          section.decimal("crossover", 0.6, Interval.UNIT),
          section.integer("elites", population / 4, 1, population - 1),
          section.integer("steady-generations", 10, 1, 1_000_000),
          section.integer("exhaustive-limit", 4096, 0, 10_000_000),
          section.integer("samples", 1024, 1, 10_000_000),
          section.integerOrNone("evaluations", null, 1, Integer.MAX_VALUE),
          section.decimal("timeout", 0, Interval.NOT_NEGATIVE));
      section.close();
      return read;
    }
  }

  /**
   * The same for a search.
   *
   * @param workers candidates scored at once
   * @param seed of the run
   */
  public SearchOptions options(int workers, long seed) {
    return SearchOptions.builder()
        .method(SearchOptions.Method.valueOf(method.name.name()))
        .population(method.population)
        .generations(method.generations)
        .mutation(method.mutation)
        .crossover(method.crossover)
        .elites(method.elites)
        .samples(method.samples)
        .exhaustiveLimit(method.exhaustiveLimit)
        .steadyGenerations(method.steadyGenerations)
        .maxEvaluations(method.evaluations == null ? Integer.MAX_VALUE : method.evaluations)
        .timeout(Duration.ofMillis(Math.round(method.timeout * 1000)))
        .workers(workers)
        .seed(seed)
        .objectives(objectives)
        .racing(racing == null ? null : racing.options(top))
        .build();
  }

  static @Nullable SearchRecipe read(Section recipe, Subject subject, @Nullable Integer sequence) {
    if (!recipe.has("search")) {
      recipe.missing("search", "a mapping with budgets or budget");
      return null;
    }
    Section section = recipe.section("search");
    boolean single = section.has("budget");
    if (single == section.has("budgets")) {
      section.mistake(
          "budget",
          "found " + (single ? "budgets beside it" : "no budget")
              + "; allowed: budgets or budget; write budget: {flops: 50%}");
    }
    ImmutableMap<String, ImmutableMap<String, String>> budgets = single
        ? ImmutableMap.of("budget", bounds(section, "budget"))
        : section.named("budgets", SearchRecipe::bounds);
    if (section.has("budgets") && budgets.isEmpty()) {
      section.mistake(
          "budgets", "found no budget; allowed: at least one; write half: {flops:" + " 50%}");
    }
    ImmutableList<String> goals =
        ImmutableList.<String>builder().add(LOSS).addAll(COSTS).build();
    ImmutableList<String> objectives =
        section.words("objectives", ImmutableList.of(LOSS, "macs"), goals);
    if (!objectives.contains(LOSS)) {
      section.mistake(
          "objectives",
          "found no " + LOSS + "; allowed: " + LOSS + ", alone or with" + " costs; add it");
    }
    SearchRecipe read = new SearchRecipe(
        budgets,
        Method.read(section.section("method")),
        objectives,
        section.integer("examples", 512, 1, 1_000_000_000),
        section.integer("fidelity", 32, 0, 1_000_000),
        cached(section, subject, sequence),
        section.word("accounting", Accounting.EXACT),
        section.integer("top", 1, 1, 1000),
        RacingRecipe.read(section));
    section.close();
    return read;
  }

  private static @Nullable Integer cached(
      Section section, Subject subject, @Nullable Integer sequence) {
    if (subject != Subject.LANGUAGE || sequence == null) {
      section.foreign(Subject.OF_LANGUAGE, "cached");
      return null;
    }
    return section.integer("cached", sequence - 1, 0, 1_000_000_000);
  }

  private static ImmutableMap<String, String> bounds(Section outer, String name) {
    Section section = outer.section(name);
    ImmutableMap.Builder<String, String> bounds = ImmutableMap.builder();
    for (String cost : COSTS) {
      String text = section.text(cost, "a bound such as 0.5G or 50%");
      if (text != null) {
        bounds.put(cost, text.strip());
      }
    }
    if (section.isEmpty()) {
      outer.mistake(
          name,
          "found no bound; allowed: at least one of " + String.join(", ", COSTS)
              + "; write {flops: 50%}");
    }
    section.close();
    return bounds.buildOrThrow();
  }
}
