package dev.retort.search;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a search has scored. A candidate is scored once: what the log holds is taken from it, and
 * what is asked for again has its result. Only the thread that runs the search calls it.
 */
final class Evaluations implements AutoCloseable {
  private static final Duration BETWEEN_SYNCS = Duration.ofMillis(100);

  private final EvaluationPool pool;
  private final SearchLog log;
  private final ImmutableListMultimap<String, Scored> logged;
  private final @Nullable Heats heats;
  private final Objectives objectives;
  private final SearchListener listener;
  private final int most;
  private final Map<String, Scored> evaluated = new LinkedHashMap<>();
  private final Front<Scored> front;
  private long synced = System.nanoTime();
  private final double[] worst;
  private boolean frontChanged;

  Evaluations(Evaluator evaluator, SearchOptions options, SearchLog log, SearchListener listener) {
    this.log = log;
    this.logged = log.records();
    this.objectives = new Objectives(options.objectives());
    this.heats = heats(evaluator, options.racing(), objectives);
    this.pool =
        new EvaluationPool(heats == null ? evaluator : heats, options.workers(), options.timeout());
    this.worst = new double[options.objectives().size()];
    Arrays.fill(worst, -Double.MAX_VALUE);
    this.front = new Front<>(objectives::vector);
    this.listener = listener;
    this.most = options.maxEvaluations();
  }

  private static @Nullable Heats heats(
      Evaluator evaluator, @Nullable Racing racing, Objectives objectives) {
    if (racing == null) {
      return null;
    }
    if (evaluator instanceof BlockEvaluator blocks) {
      return new Heats(blocks, racing, objectives);
    }
    throw new IllegalArgumentException("Racing needs an evaluator of blocks, not one of kind ("
        + evaluator.getClass().getName() + ")");
  }

  /** Scores those that have no result yet, in their order, until the bound is reached. */
  void score(List<Candidate> candidates) throws InterruptedException {
    Map<String, Candidate> fresh = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      if (evaluated.size() + fresh.size() < most && !evaluated.containsKey(candidate.key())) {
        fresh.putIfAbsent(candidate.key(), candidate);
      }
    }
    List<Candidate> left = List.copyOf(fresh.values());
    while (!left.isEmpty()) {
      int together = heats == null ? left.size() : Heats.size(evaluated.size());
      together = Math.min(together, left.size());
      Batch batch = new Batch(ImmutableList.copyOf(left.subList(0, together)));
      if (heats != null) {
        heats.begin(batch.candidates, evaluated.values());
      }
      batch.advance();
      pool.evaluate(batch.unlogged(), batch::take, this::syncNowAndThen);
      left = left.subList(together, left.size());
    }
    log.sync();
  }

  /** What the log has of a candidate and this search would have found too. */
  private @Nullable Scored logged(Candidate candidate) {
    return logged.get(candidate.key()).stream()
        .filter(each -> heats == null
            ? each.status() != Scored.Status.DROPPED
            : heats.holds(each.of(candidate), evaluated.values()))
        .findFirst()
        .map(each -> each.of(candidate))
        .orElse(null);
  }

  /** The result of a candidate; null: it was not scored. */
  @Nullable
  Scored find(String key) {
    return evaluated.get(key);
  }

  /** Whether no more may be scored. */
  boolean spent() {
    return evaluated.size() >= most;
  }

  int count() {
    return evaluated.size();
  }

  /** Everything scored, in the order in which it was asked for. */
  ImmutableList<Scored> all() {
    return ImmutableList.copyOf(evaluated.values());
  }

  /** How many candidates nothing scored dominates in the objectives. */
  int onFront() {
    return front.size();
  }

  /** Whether the front has moved since this was last asked; another equal one is no move. */
  boolean takeFrontChanged() {
    boolean changed = frontChanged;
    frontChanged = false;
    return changed;
  }

  /** The largest number of each objective so far; 0 where nothing has a score. */
  double[] worst() {
    return Arrays.stream(worst)
        .map(each -> each == -Double.MAX_VALUE ? 0 : each)
        .toArray();
  }

  private void syncNowAndThen() {
    long now = System.nanoTime();
    if (now - synced >= BETWEEN_SYNCS.toNanos()) {
      log.sync();
      synced = now;
    }
  }

  @Override
  public void close() {
    pool.close();
  }

  /** Candidates whose results are to be counted in their order, wherever they come from. */
  private final class Batch {
    private final ImmutableList<Candidate> candidates;
    private final Map<String, Scored> results = new HashMap<>();
    private int next;

    Batch(ImmutableList<Candidate> candidates) {
      this.candidates = candidates;
      for (Candidate candidate : candidates) {
        Scored old = logged(candidate);
        if (old != null) {
          results.put(candidate.key(), old);
        }
      }
    }

    List<Candidate> unlogged() {
      List<Candidate> unlogged = new ArrayList<>(candidates);
      unlogged.removeIf(candidate -> results.containsKey(candidate.key()));
      return unlogged;
    }

    void take(Scored answer) {
      Scored scored = heats == null ? answer : heats.result(answer);
      objectives.check(scored);
      log.append(scored);
      results.put(scored.key(), scored);
      advance();
    }

    void advance() {
      while (next < candidates.size()) {
        Scored scored = results.get(candidates.get(next).key());
        if (scored == null) {
          return;
        }
        objectives.check(scored);
        evaluated.put(scored.key(), scored);
        if (scored.ok()) {
          double[] vector = objectives.vector(scored);
          Arrays.setAll(worst, i -> Math.max(worst[i], vector[i]));
          boolean equalled = front.equalled(scored);
          frontChanged |= front.offer(scored) && !equalled;
        }
        listener.evaluated(scored, evaluated.size());
        next++;
      }
    }
  }
}
