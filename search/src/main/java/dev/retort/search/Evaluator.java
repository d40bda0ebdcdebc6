package dev.retort.search;

import com.google.common.collect.ImmutableMap;

/**
 * Scores candidates. Called by several threads at once, for different candidates.
 *
 * <p>The score of a candidate may depend on nothing but the candidate: not on the thread, nor on
 * what was scored before. What it throws is written down as that candidate's failure and the search
 * goes on, with these exceptions, which end the search and leave what was recorded intact: {@link
 * InterruptedException}, a {@link dev.retort.space.UserException} about usage or input, which every
 * other candidate would meet too, and an {@link Error} other than one of memory or stack.
 */
@FunctionalInterface
public interface Evaluator {
  /**
   * The named scores of a candidate; lower is better.
   *
   * @param candidate one that meets the budget
   * @return at least the scores that the search's objectives name; none named like a cost metric
   * @throws InterruptedException when the thread was interrupted: the search was stopped, or the
   *     candidate took longer than {@link SearchOptions#timeout()}
   */
  ImmutableMap<String, Double> score(Candidate candidate) throws InterruptedException;
}
