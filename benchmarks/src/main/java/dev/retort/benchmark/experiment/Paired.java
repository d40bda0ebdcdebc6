package dev.retort.benchmark.experiment;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * The differences of pairs, one a seed.
 *
 * @param mean their mean
 * @param deviation their standard deviation (N - 1)
 * @param pairs N
 */
record Paired(double mean, double deviation, int pairs) {
  private static final double TWO_SIDED_95 = 0.975;

  static Paired of(List<Trial> with, List<Trial> without, ToDoubleFunction<Trial> measure) {
    SummaryStatistics statistics = new SummaryStatistics();
    for (int i = 0; i < with.size(); i++) {
      statistics.addValue(
          measure.applyAsDouble(with.get(i)) - measure.applyAsDouble(without.get(i)));
    }
    return new Paired(
        statistics.getMean(),
        statistics.getStandardDeviation(),
        Math.toIntExact(statistics.getN()));
  }

  /** The standard error of the mean. */
  double standardError() {
    return deviation / Math.sqrt(pairs);
  }

  /** Half of the mean's 95 % interval (Student's t); infinite for one pair. */
  double halfInterval() {
    return pairs < 2
        ? Double.POSITIVE_INFINITY
        : new TDistribution(pairs - 1).inverseCumulativeProbability(TWO_SIDED_95) * standardError();
  }

  /** In a word: what the interval says. */
  String verdict(boolean higher) {
    if (Math.abs(mean) <= halfInterval()) {
      return "no difference seen";
    }
    return mean > 0 == higher ? "helps" : "hurts";
  }
}
