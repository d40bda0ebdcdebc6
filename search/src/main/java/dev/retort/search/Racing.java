package dev.retort.search;

import dev.retort.space.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Racing (Maron and Moore, NIPS 1993; Birattari et al., GECCO 2002): a candidate is scored block of
 * examples by block of examples, and dropped when a paired test says that its whole score would be
 * worse than that of one that is at least as good in every other objective.
 *
 * <p>The test is Student's, one-sided, of the differences between the two on the same blocks, which
 * are far less spread than the scores themselves. What is asked is who has the lower score on these
 * blocks and not on all texts there are, so the standard error has the correction for a sample out
 * of a finite whole, sqrt(1 - n/N). It is not made after every block but after {@code first} and
 * then when half as many again have been scored; and the risk is shared out among these looks
 * (Bonferroni), so that {@code confidence} is that of all of them together: a candidate that is as
 * good as its rival is kept with this probability at least, where differences are about normal.
 *
 * @param confidence {@code search.racing.confidence}, from 0.5 to below 1
 * @param first {@code search.racing.first}: blocks before the first test, from 2
 * @param top as many candidates as will be asked for: it takes so many better ones to drop one
 */
public record Racing(double confidence, int first, int top) {
  /** Checks the options; throws UserException when one is out of range. */
  public Racing {
    check(confidence >= 0.5 && confidence < 1, "confidence", confidence, "0.5 to below 1");
    check(first >= 2, "first", first, "a whole number of at least 2");
    check(top >= 1, "top", top, "a whole number of at least 1");
  }

  private static void check(boolean holds, String key, Object found, String allowed) {
    if (!holds) {
      throw new UserException(
          UserException.Kind.USAGE,
          "search.racing." + key + ": found (" + found + "), allowed: " + allowed);
    }
  }

  /**
   * What a mean difference must exceed, in estimated standard deviations of a difference, for a
   * candidate to be dropped after so many blocks: [n], infinity where there is no test.
   *
   * @param blocks N
   */
  double[] limits(int blocks) {
    List<Integer> looks = new ArrayList<>();
    for (int n = first; n < blocks; n = Math.max(n + 1, (int) Math.ceil(1.5 * n))) {
      looks.add(n);
    }
    double[] limits = new double[blocks + 1];
    Arrays.fill(limits, Double.POSITIVE_INFINITY);
    for (int n : looks) {
      double t = new TDistribution(null, n - 1)
          .inverseCumulativeProbability(1 - (1 - confidence) / looks.size());
      limits[n] = t * Math.sqrt((1.0 - (double) n / blocks) / n);
    }
    return limits;
  }
}
