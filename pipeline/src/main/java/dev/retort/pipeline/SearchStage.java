package dev.retort.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Dataset;
import dev.retort.pipeline.recipe.RacingRecipe;
import dev.retort.pipeline.recipe.SearchRecipe;
import dev.retort.pipeline.recipe.Students;
import dev.retort.search.Candidate;
import dev.retort.search.Scored;
import dev.retort.search.Search;
import dev.retort.search.SearchListener;
import dev.retort.search.SearchLog;
import dev.retort.search.SearchOptions;
import dev.retort.search.SearchResult;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Budget;
import dev.retort.space.InputShape;
import dev.retort.space.Partition;
import dev.retort.space.SubSpace;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;

/** The third stage: every candidate is scored once, and each budget gets its best students. */
final class SearchStage {
  /** The file of the front and of everything scored. */
  static final String FRONT = "front.json";

  /** The file of accuracies that tell how well the score ranks. */
  static final String FIDELITY = "fidelity.json";

  private final Workbench bench;
  private final TaskData<?> data;
  private final Teachers teachers;
  private final Students.Searched recipe;
  private final Partition partition;
  private final ImmutableMap<String, Budget> budgets;

  SearchStage(
      Workbench bench,
      TaskData<?> data,
      Teachers teachers,
      Students.Searched recipe,
      Partition partition,
      ImmutableMap<String, Budget> budgets) {
    this.bench = bench;
    this.data = data;
    this.teachers = teachers;
    this.recipe = recipe;
    this.partition = partition;
    this.budgets = budgets;
  }

  /**
   * What the search found.
   *
   * @param result everything scored
   * @param budgets the budgets by name, absolute
   * @param chosen the students of each budget, best first
   * @param method how it was searched
   */
  record Found(
      SearchResult result,
      ImmutableMap<String, Budget> budgets,
      ImmutableListMultimap<String, Scored> chosen,
      String method) {}

  Found run(ImmutableMap<String, SuperNet> superNets) throws InterruptedException {
    Path folder = bench.run.search();
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make " + folder, e);
    }
    SearchRecipe search = recipe.search();
    InputShape input = bench.recipe.counted();
    Accounting accounting = bench.accounting();
    bench.progress.started(
        "search", "scores candidates on held-out " + data.material().plural(), 0);
    long begin = System.nanoTime();
    Heard heard = new Heard();
    ImmutableListMultimap.Builder<String, Scored> chosen = ImmutableListMultimap.builder();
    SearchResult result;
    try (SearchLog log = SearchLog.open(folder.resolve("log.jsonl"), identity());
        SuperNetEvaluator evaluator = evaluator(superNets)) {
      SearchOptions options =
          search.options(bench.workers.count(), bench.streams("search").seed());
      for (Map.Entry<String, Budget> budget : budgets.entrySet()) {
        SearchResult part = Search.run(
            partition, input, accounting, budget.getValue(), evaluator, options, log, heard);
        chosen.putAll(budget.getKey(), part.require(budget.getValue(), search.top()));
        bench.checkStop();
      }
      log.sync();
      result = SearchResult.of(log.scored().values().asList(), options.objectives());
      log.saved().ifPresent(bench.progress::note);
    }
    RunFolder.write(folder.resolve(FRONT), result.toJson());
    bench.progress.finished("search", (System.nanoTime() - begin) / 1e9);
    return new Found(result, budgets, chosen.build(), heard.method);
  }

  /** What the scores depend on: the trained SuperLMs and the held-out examples. */
  private String identity() {
    RacingRecipe racing = recipe.search().racing();
    return "seed " + bench.recipe.seed() + ", " + recipe.search().examples() + " examples, "
        + partition.subSpaces().stream().map(SubSpace::name).toList()
        + (racing == null ? "" : ", " + racing);
  }

  private SuperNetEvaluator evaluator(ImmutableMap<String, SuperNet> superNets) {
    Dataset<?> heldOut = Scoring.first(data.heldOut(), recipe.search().examples());
    RacingRecipe racing = recipe.search().racing();
    int batch = bench.recipe.evaluate().batch();
    return new SuperNetEvaluator(
        superNets,
        partition.subSpaces().get(0).space().largest(),
        teachers.objectives(recipe.train().objectives(), recipe.train().steps(), heldOut),
        heldOut,
        racing == null ? batch : racing.batch(heldOut.size(), batch),
        bench.kernels,
        bench.workers.coresEach(),
        bench.streams("search").at("blocks", 0),
        bench.manager);
  }

  /**
   * The dev accuracies, without fine-tuning, of some of the scored candidates: what the score is
   * held against. Drawn by seed, the same in a resumed run.
   */
  ImmutableMap<String, Double> fidelity(
      SearchResult result, ImmutableMap<String, SuperNet> superNets) throws InterruptedException {
    Path file = bench.run.search().resolve(FIDELITY);
    if (Files.exists(file)) {
      return FidelityFile.read(file);
    }
    ImmutableList<Scored> drawn = draw(result, recipe.search().fidelity());
    bench.progress.started(
        "fidelity", "measures dev " + data.material().metric().key() + " of scored candidates", 0);
    long begin = System.nanoTime();
    ImmutableList<Callable<Double>> jobs = drawn.stream()
        .map(each -> (Callable<Double>) () -> {
          bench.checkStop();
          return accuracy(each.candidate(), superNets);
        })
        .collect(ImmutableList.toImmutableList());
    List<Double> measured = bench.workers.run(jobs);
    ImmutableMap.Builder<String, Double> byKey = ImmutableMap.builder();
    for (int i = 0; i < drawn.size(); i++) {
      byKey.put(drawn.get(i).key(), measured.get(i));
    }
    ImmutableMap<String, Double> accuracies = byKey.buildOrThrow();
    FidelityFile.write(file, accuracies);
    bench.progress.finished("fidelity", (System.nanoTime() - begin) / 1e9);
    return accuracies;
  }

  private ImmutableList<Scored> draw(SearchResult result, int most) {
    List<Scored> ok =
        new ArrayList<>(result.evaluated().stream().filter(Scored::ok).toList());
    RandomGenerator random = bench.streams("fidelity").at("draw", 0);
    for (int i = ok.size() - 1; i > 0; i--) {
      Collections.swap(ok, i, random.nextInt(i + 1));
    }
    return ImmutableList.copyOf(ok.subList(0, Math.min(most, ok.size())));
  }

  private double accuracy(Candidate candidate, ImmutableMap<String, SuperNet> superNets) {
    SuperNet superNet = Objects.requireNonNull(superNets.get(candidate.subSpace()));
    Architecture architecture = candidate.architecture();
    try (var scratch = bench.manager.newSubManager()) {
      Weights weights = superNet.extract(Network.of(architecture, bench.kernels), scratch);
      return Scoring.score(bench, data, weights, data.dev()).value();
    }
  }

  /** Hears the method that was used and how far the search is. */
  private final class Heard implements SearchListener {
    private String method = "";

    @Override
    public void started(SearchOptions.Method used, long atMost, int logged) {
      method = used.key();
    }

    @Override
    public void evaluated(Scored scored, int count) {
      bench.progress.counted("search", count);
    }

    @Override
    public void note(String message) {
      bench.progress.note(message);
    }
  }
}
