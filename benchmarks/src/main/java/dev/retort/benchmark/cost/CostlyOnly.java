package dev.retort.benchmark.cost;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.search.Search;
import dev.retort.search.SearchListener;
import dev.retort.search.SearchLog;
import dev.retort.search.SearchOptions;
import dev.retort.search.SearchResult;
import dev.retort.space.Accounting;
import dev.retort.space.Bound;
import dev.retort.space.Budget;
import dev.retort.space.Metric;
import dev.retort.space.Partition;
import dev.retort.space.SearchSpace;
import dev.retort.space.SubSpace;

/** An evolutionary search with nothing but costs as scores. */
final class CostlyOnly {
  private static final int POPULATION = 200;
  private static final int ELITES = 50;

  private final Partition partition;
  private final Budget budget;
  private final SearchOptions options;

  /**
   * What it looks for: the most FLOPs within a bound.
   *
   * @param candidates how many it scores
   */
  CostlyOnly(Searchable searchable, String bound, int candidates) {
    SearchSpace space = searchable.space();
    this.partition = Partition.of(new SubSpace("all", space));
    this.budget = Budget.of(Metric.FLOPS, Bound.parse(bound));
    this.options = SearchOptions.builder()
        .population(POPULATION)
        .elites(ELITES)
        .generations(Integer.MAX_VALUE)
        .steadyGenerations(Integer.MAX_VALUE)
        .maxEvaluations(candidates)
        .seed(1)
        .objectives(ImmutableList.of("missing"))
        .build();
  }

  SearchResult run() {
    try (SearchLog log = SearchLog.inMemory()) {
      return Search.run(
          partition,
          Searchable.INPUT,
          Accounting.EXACT,
          budget,
          candidate -> ImmutableMap.of("missing", -(double) candidate.cost().flops()),
          options,
          log,
          SearchListener.NONE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }
}
