package dev.retort.search;

import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of one candidate.
 *
 * @param candidate the candidate
 * @param scores its named scores, lower is better; with {@code NON_FINITE} as the evaluator gave
 *     them, with {@code FAILED} none
 * @param status what became of it
 * @param why what went wrong; null when nothing did
 * @param course how it raced; null where there was no race
 */
public record Scored(
    Candidate candidate,
    ImmutableMap<String, Double> scores,
    Status status,
    @Nullable String why,
    @Nullable Course course) {

  /** What becomes of a candidate. */
  public enum Status {
    /** It has scores. */
    OK,
    /** A score is infinite or not a number. */
    NON_FINITE,
    /** Scoring it threw, ran out of memory or took too long. */
    FAILED,
    /**
     * It was given up before the last block, as worse than another ({@link Racing}): what it has is
     * an estimate, and of the raced score alone. It is chosen for nothing.
     */
    DROPPED
  }

  /** As it comes from an evaluator without a race. */
  public Scored(
      Candidate candidate,
      ImmutableMap<String, Double> scores,
      Status status,
      @Nullable String why) {
    this(candidate, scores, status, why, null);
  }

  /** What an evaluator's answer makes of a candidate. */
  public static Scored of(Candidate candidate, ImmutableMap<String, Double> scores) {
    for (var score : scores.entrySet()) {
      if (!Double.isFinite(score.getValue())) {
        String why = score.getKey() + " is " + score.getValue();
        return new Scored(candidate, scores, Status.NON_FINITE, why);
      }
    }
    return new Scored(candidate, scores, Status.OK, null);
  }

  /** A candidate that could not be scored. */
  public static Scored failed(Candidate candidate, String why) {
    return new Scored(candidate, ImmutableMap.of(), Status.FAILED, why);
  }

  /** The same for a candidate whose cost was counted otherwise. */
  Scored of(Candidate other) {
    return new Scored(other, scores, status, why, course);
  }

  /** Whether it has what the search's objectives name, be it an estimate. */
  public boolean rated() {
    return ok() || status == Status.DROPPED;
  }

  /** Whether it has scores. */
  public boolean ok() {
    return status == Status.OK;
  }

  /** The key of its candidate. */
  public String key() {
    return candidate.key();
  }
}
