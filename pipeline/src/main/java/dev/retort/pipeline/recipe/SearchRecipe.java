package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/**
 * How students are chosen.
 *
 * @param budgets upper bounds on costs by the budget's name; each is answered with students. The
 *     key {@code budget} stands for a single one, named {@code budget}
 * @param method how candidates are found
 * @param objectives what is minimised: {@code distillation-loss} alone, or with costs for a front;
 *     default distillation-loss and macs
 * @param sentences held-out sentences that a candidate is scored on; default 512
 * @param accounting how costs are counted: {@code exact} (default) or {@code autodistil}
 * @param top students taken for each budget, best first; default 1
 */
public record SearchRecipe(
    ImmutableMap<String, ImmutableMap<String, String>> budgets,
    Method method,
    ImmutableList<String> objectives,
    int sentences,
    Accounting accounting,
    int top) {
  /** The costs that a budget may bound. */
  public static final ImmutableList<String> COSTS =
      ImmutableList.of("parameters", "macs", "flops", "weight-bytes", "peak-activation-bytes");

  private static final String LOSS = "distillation-loss";

  /** How costs are counted. */
  public enum Accounting {
    EXACT,
    AUTODISTIL
  }

  /**
   * How candidates are found.
   *
   * @param name {@code auto} (default): exhaustive up to {@code limit} candidates, else evolution;
   *     or {@code exhaustive}, {@code random}, {@code evolution}
   * @param limit candidates up to which all are scored; default 4096
   * @param candidates scored by {@code random}; default 256
   * @param population of {@code evolution}; default 64
   * @param generations of {@code evolution}; default 30
   * @param elites of {@code evolution}, kept from one generation to the next; default 4
   * @param mutation of {@code evolution}, the share of dimensions changed; default 0.2
   * @param crossover of {@code evolution}, the share of children with two parents; default 0.6
   * @param patience of {@code evolution}, generations without progress before it stops; default 10
   */
  public record Method(
      Name name,
      int limit,
      int candidates,
      int population,
      int generations,
      int elites,
      double mutation,
      double crossover,
      int patience) {
    /** The ways to search. */
    public enum Name {
      AUTO,
      EXHAUSTIVE,
      RANDOM,
      EVOLUTION
    }

    static final Method STANDARD = new Method(Name.AUTO, 4096, 256, 64, 30, 4, 0.2, 0.6, 10);

    static Method read(Section section) {
      Method read = new Method(
          section.word("name", STANDARD.name),
          section.integer("limit", STANDARD.limit, 0, 10_000_000),
          section.integer("candidates", STANDARD.candidates, 1, 10_000_000),
          section.integer("population", STANDARD.population, 2, 100_000),
          section.integer("generations", STANDARD.generations, 1, 100_000),
          section.integer("elites", STANDARD.elites, 0, 100_000),
          section.decimal("mutation", STANDARD.mutation, Interval.UNIT),
          section.decimal("crossover", STANDARD.crossover, Interval.UNIT),
          section.integer("patience", STANDARD.patience, 1, 100_000));
      if (read.elites >= read.population) {
        section.mistake(
            "elites",
            "found " + read.elites + " of a population of " + read.population
                + "; allowed: fewer than the population; lower it");
      }
      section.close();
      return read;
    }
  }

  static @Nullable SearchRecipe read(Section recipe) {
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
        section.integer("sentences", 512, 1, 1_000_000_000),
        section.word("accounting", Accounting.EXACT),
        section.integer("top", 1, 1, 1000));
    section.close();
    return read;
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
    if (section.keys().isEmpty()) {
      outer.mistake(
          name,
          "found no bound; allowed: at least one of " + String.join(", ", COSTS)
              + "; write {flops: 50%}");
    }
    section.close();
    return bounds.buildOrThrow();
  }
}
