package dev.retort.search;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Accounting;
import dev.retort.space.Budget;
import dev.retort.space.InputShape;
import dev.retort.space.Partition;
import dev.retort.space.UserException;
import java.math.BigInteger;
import java.util.Comparator;

/**
 * Finds the best architectures of a partition under a budget.
 *
 * <pre>{@code
 * try (SearchLog log = SearchLog.open(run.resolve("search/log.jsonl"), identity)) {
 *   SearchResult result = Search.run(
 *       partition,
 *       new InputShape(1, 128),
 *       Accounting.EXACT,
 *       Budget.of(Metric.FLOPS, Bound.parse("0.5G")),
 *       evaluator,
 *       SearchOptions.builder().workers(2).seed(17).build(),
 *       log,
 *       SearchListener.NONE);
 * }
 * }</pre>
 *
 * <p>The result is a function of partition, costs, budget, scores and options, {@code workers} and
 * {@code timeout} aside: it is the same on one thread and on eight, and the same after a search was
 * stopped and run again with its log.
 */
public final class Search {
  private Search() {}

  /**
   * Searches.
   *
   * @param partition the sub-spaces; a candidate belongs to one of them, and evolution crosses
   *     between them
   * @param input what costs are counted for
   * @param accounting how costs are counted
   * @param budget absolute bounds; nothing that exceeds them is scored
   * @param evaluator scores a candidate
   * @param options how to search
   * @param log what was scored before; takes what is scored now
   * @param listener hears how it goes
   * @return everything scored and the front
   * @throws UserException when nothing meets the budget (NO_STUDENT), an objective is unknown, the
   *     method does not suit the space, or the log cannot be written
   * @throws InterruptedException when the thread is interrupted; what was scored is in the log, and
   *     evaluations that ran have been interrupted
   */
  public static SearchResult run(
      Partition partition,
      InputShape input,
      Accounting accounting,
      Budget budget,
      Evaluator evaluator,
      SearchOptions options,
      SearchLog log,
      SearchListener listener)
      throws InterruptedException {
    log.notice().ifPresent(listener::note);
    Admission admission = new Admission(input, accounting, budget);
    Survey survey = Survey.of(partition, admission, options);
    SearchOptions.Method method = method(survey, options);
    listener.started(method, atMost(method, survey, options), log.scored().size());
    try (Evaluations evaluations = new Evaluations(evaluator, options, log, listener)) {
      switch (method) {
        case EXHAUSTIVE -> evaluations.score(raced(all(partition, survey, options), options));
        case RANDOM -> evaluations.score(RandomDraws.draw(survey, admission, options, listener));
        case EVOLUTION -> new Evolution(survey, admission, options, evaluations, listener).run();
      }
      return SearchResult.of(evaluations.all(), options.objectives());
    }
  }

  /**
   * Makes sure that some architecture meets a budget, as a search would before it scores any.
   *
   * @throws UserException of kind NO_STUDENT with the nearest costs, when a search would find none
   */
  public static void require(
      Partition partition,
      InputShape input,
      Accounting accounting,
      Budget budget,
      SearchOptions options) {
    Survey.require(partition, new Admission(input, accounting, budget), options);
  }

  private static SearchOptions.Method method(Survey survey, SearchOptions options) {
    boolean few = survey.all() != null
        && survey.all().size() <= Math.min(options.exhaustiveLimit(), options.maxEvaluations());
    return options.method() == SearchOptions.Method.EVOLUTION && few
        ? SearchOptions.Method.EXHAUSTIVE
        : options.method();
  }

  private static long atMost(SearchOptions.Method method, Survey survey, SearchOptions options) {
    long all = survey.all() == null ? Long.MAX_VALUE : survey.all().size();
    long asked =
        switch (method) {
          case EXHAUSTIVE -> all;
          case RANDOM -> options.samples();
          case EVOLUTION ->
            options.population()
                + (options.generations() - 1L) * (options.population() - options.elites());
        };
    return Math.min(Math.min(all, asked), options.maxEvaluations());
  }

  /**
   * All candidates, those first that will drop others: the cheap ones where costs are minimised
   * too, since one is dropped for those that cost no more; else the dear ones, which tend to be
   * best.
   */
  private static ImmutableList<Candidate> raced(
      ImmutableList<Candidate> all, SearchOptions options) {
    if (options.racing() == null) {
      return all;
    }
    Comparator<Candidate> macs = Comparator.comparingLong(each -> each.cost().macs());
    boolean alone = options.objectives().size() == 1;
    return ImmutableList.sortedCopyOf(alone ? macs.reversed() : macs, all);
  }

  private static ImmutableList<Candidate> all(
      Partition partition, Survey survey, SearchOptions options) {
    int limit = Math.min(options.exhaustiveLimit(), options.maxEvaluations());
    if (survey.all() != null && survey.all().size() <= limit) {
      return survey.all();
    }
    String found = survey.all() == null
        ? partition.subSpaces().stream()
                .map(subSpace -> subSpace.space().count())
                .reduce(BigInteger.ZERO, BigInteger::add)
            + " architectures, too many to look through for those within the budget"
        : survey.all().size() + " candidates within the budget";
    throw new UserException(
        UserException.Kind.USAGE,
        "search.method.name: found (exhaustive) for " + found + ", allowed: at most " + limit
            + " (the smaller of search.method.exhaustive-limit and search.method.evaluations)."
            + " Use evolution, or raise the limit.");
  }
}
