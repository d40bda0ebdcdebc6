package dev.retort.search;

import com.google.common.collect.ImmutableMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An evaluator that scores on blocks of examples, one after the other: a candidate can be given up
 * before the last ({@link Racing}).
 *
 * <p>Each score is the weighted mean of what the blocks gave. Blocks are alike: which examples
 * stand in which, and the order of the blocks, is random, and the same for all candidates.
 */
public interface BlockEvaluator extends Evaluator {
  /** Hears of a candidate's blocks. */
  @FunctionalInterface
  interface Judge {
    /**
     * A block was scored.
     *
     * @param block its scores, by the names of {@link Evaluator#score}
     * @return whether to go on: otherwise the candidate is given up
     */
    boolean goesOn(ImmutableMap<String, Double> block);
  }

  /** The weight of each block, above 0, in the order in which they are scored. */
  double[] weights();

  /**
   * Scores a candidate block by block; called by several threads at once.
   *
   * @return as {@link Evaluator#score}; null where the judge gave it up
   * @throws InterruptedException as {@link Evaluator#score}
   */
  @Nullable
  ImmutableMap<String, Double> score(Candidate candidate, Judge judge) throws InterruptedException;

  @Override
  default ImmutableMap<String, Double> score(Candidate candidate) throws InterruptedException {
    return Objects.requireNonNull(score(candidate, block -> true), "given up by nobody");
  }
}
