package dev.retort.search;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.UserException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The races of a search. Candidates run in heats: all of a heat against who was scored before it,
 * so that no outcome depends on which thread was faster. A heat is as large as what was scored
 * before, from {@value #LEAST} to {@value #MOST}.
 *
 * <p>A rival is fully scored and no worse in any other objective than the candidate; of these it is
 * the best, or, where {@link Racing#top} candidates will be asked for, the one in that place.
 */
final class Heats implements Evaluator {
  private static final int LEAST = 4;
  private static final int MOST = 16;

  private final BlockEvaluator evaluator;
  private final Racing racing;
  private final Objectives objectives;
  private final String score;
  private final double[] limits;
  private final double[] shares;
  /** Of the heat that runs, by key; only the searching thread changes it, between heats. */
  private volatile ImmutableMap<String, Scored> rivals = ImmutableMap.of();

  private final ConcurrentMap<String, Race> ended = new ConcurrentHashMap<>();

  Heats(BlockEvaluator evaluator, Racing racing, Objectives objectives) {
    this.evaluator = evaluator;
    this.racing = racing;
    this.objectives = objectives;
    ImmutableList<String> scores = objectives.scores();
    if (scores.size() != 1) {
      throw new UserException(
          UserException.Kind.USAGE,
          "search.racing: found objectives with the scores " + scores
              + ", allowed: one score, alone or with costs. Search without racing.");
    }
    this.score = scores.get(0);
    this.shares = Race.shares(evaluator.weights());
    this.limits = racing.limits(shares.length);
  }

  /** How many candidates run in one heat, when so many have a result. */
  static int size(int scored) {
    return Math.min(MOST, Math.max(LEAST, scored));
  }

  /** Finds each candidate's rival among what has been scored. */
  void begin(List<Candidate> candidates, Collection<Scored> scored) {
    ended.clear();
    List<Scored> runners = runners(scored);
    ImmutableMap.Builder<String, Scored> found = ImmutableMap.builder();
    for (Candidate candidate : candidates) {
      Scored rival = rival(candidate, runners);
      if (rival != null) {
        found.put(candidate.key(), rival);
      }
    }
    rivals = found.buildOrThrow();
  }

  /** The scores of a candidate of the heat; of one that is dropped the raced score, estimated. */
  @Override
  public ImmutableMap<String, Double> score(Candidate candidate) throws InterruptedException {
    Race race = new Race(score, limits, shares, rivals.get(candidate.key()));
    ImmutableMap<String, Double> scores = evaluator.score(candidate, race);
    ended.put(candidate.key(), race);
    return scores == null ? race.estimate() : scores;
  }

  /** A result with how it raced, as dropped where it was. */
  Scored result(Scored scored) {
    Race race = scored.status() == Scored.Status.FAILED ? null : ended.get(scored.key());
    return race == null ? scored : race.result(scored);
  }

  /**
   * Whether a result of another search over the same log is one of this search too: a candidate
   * that was dropped stays so only where those for whom it was are within this search's budget and
   * have been scored in it.
   */
  boolean holds(Scored result, Collection<Scored> scored) {
    if (result.status() != Scored.Status.DROPPED) {
      // Without its blocks nobody could race against it.
      return !result.ok() || result.course() != null;
    }
    List<Scored> runners = runners(scored);
    Scored last = rival(result.candidate(), runners);
    return last != null
        && result.course() != null
        && runners.stream()
            .filter(each -> each.key().equals(result.course().rival()))
            .anyMatch(each -> value(last) <= value(each));
  }

  private static List<Scored> runners(Collection<Scored> scored) {
    return scored.stream().filter(each -> each.ok() && each.course() != null).toList();
  }

  private @Nullable Scored rival(Candidate candidate, List<Scored> runners) {
    return runners.stream()
        .filter(each -> objectives.asCheap(each.candidate(), candidate))
        .sorted(Comparator.comparingDouble(this::value))
        .skip(racing.top() - 1L)
        .findFirst()
        .orElse(null);
  }

  private double value(Scored scored) {
    return scored.scores().getOrDefault(score, Double.NaN);
  }
}
