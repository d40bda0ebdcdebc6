package dev.retort.search;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.correlation.KendallsCorrelation;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;
import org.jspecify.annotations.Nullable;

/**
 * How well a prediction ranks what was measured: Spearman's rho (1904) and Kendall's tau-b (1945),
 * both with ties, two-sided p-values against "no association".
 *
 * <p>Spearman's p is that of the t distribution with n - 2 degrees of freedom, Kendall's that of
 * the normal distribution with the variance corrected for ties; with fewer than about ten pairs
 * both are rough. A coefficient is null where one side is constant or there are fewer than two
 * pairs, a p-value also where n is below 3.
 *
 * @param n pairs
 * @param spearman from -1 to 1
 * @param spearmanP from 0 to 1
 * @param kendall from -1 to 1
 * @param kendallP from 0 to 1
 */
public record RankFidelity(
    int n,
    @Nullable Double spearman,
    @Nullable Double spearmanP,
    @Nullable Double kendall,
    @Nullable Double kendallP) {

  /**
   * How well a prediction such as MACs, where more promises more, ranks measured accuracies.
   *
   * @param predicted finite numbers
   * @param measured as many finite numbers
   */
  public static RankFidelity of(double[] predicted, double[] measured) {
    if (predicted.length != measured.length) {
      throw new IllegalArgumentException("Pairs are wanted, found (" + predicted.length + ") and ("
          + measured.length + ") numbers");
    }
    if (!Arrays.stream(predicted).allMatch(Double::isFinite)
        || !Arrays.stream(measured).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException("Ranks need finite numbers");
    }
    int n = predicted.length;
    if (n < 2 || constant(predicted) || constant(measured)) {
      return new RankFidelity(n, null, null, null, null);
    }
    double rho = bounded(new SpearmansCorrelation().correlation(predicted, measured));
    double tau = bounded(new KendallsCorrelation().correlation(predicted, measured));
    return n < 3
        ? new RankFidelity(n, rho, null, tau, null)
        : new RankFidelity(n, rho, spearmanP(rho, n), tau, kendallP(tau, predicted, measured));
  }

  /**
   * As {@link #of}, for a prediction such as a loss, where less promises more: a loss that ranks
   * perfectly has 1.
   */
  public static RankFidelity ofLoss(double[] losses, double[] measured) {
    // 0 - x and not -x, which would make -0.0 of 0.0 and part ties.
    return of(Arrays.stream(losses).map(loss -> 0 - loss).toArray(), measured);
  }

  private static boolean constant(double[] values) {
    return Arrays.stream(values).allMatch(value -> value == values[0]);
  }

  /** Rounding may carry a perfect correlation past 1. */
  private static double bounded(double coefficient) {
    return Math.max(-1, Math.min(1, coefficient));
  }

  private static double spearmanP(double rho, int n) {
    if (Math.abs(rho) == 1) {
      return 0;
    }
    double t = Math.abs(rho) * Math.sqrt((n - 2) / ((1 - rho) * (1 + rho)));
    return 2 * new TDistribution(null, n - 2).cumulativeProbability(-t);
  }

  /** Kendall, Rank Correlation Methods (1970), chapter 4: variance of the score S under ties. */
  private static double kendallP(double tau, double[] x, double[] y) {
    double n = x.length;
    double pairs = n * (n - 1) / 2;
    Ties ofX = Ties.of(x);
    Ties ofY = Ties.of(y);
    double score = tau * Math.sqrt((pairs - ofX.pairs) * (pairs - ofY.pairs));
    double variance = (n * (n - 1) * (2 * n + 5) - ofX.fives - ofY.fives) / 18
        + 2 * ofX.pairs * ofY.pairs / (n * (n - 1))
        + ofX.triples * ofY.triples / (9 * n * (n - 1) * (n - 2));
    double z = Math.abs(score) / Math.sqrt(variance);
    return 2 * new NormalDistribution(null, 0, 1).cumulativeProbability(-z);
  }

  /** Sums over groups of t equal numbers: t(t-1)/2, t(t-1)(t-2) and t(t-1)(2t+5). */
  private record Ties(double pairs, double triples, double fives) {
    static Ties of(double[] values) {
      Map<Double, Integer> groups = new TreeMap<>();
      for (double value : values) {
        groups.merge(value, 1, Integer::sum);
      }
      double pairs = 0;
      double triples = 0;
      double fives = 0;
      for (double t : groups.values()) {
        pairs += t * (t - 1) / 2;
        triples += t * (t - 1) * (t - 2);
        fives += t * (t - 1) * (2 * t + 5);
      }
      return new Ties(pairs, triples, fives);
    }
  }
}
