package dev.retort.pipeline.report;

import org.apache.commons.math3.distribution.TDistribution;

/**
 * What a rank correlation of so many networks allows to be said.
 *
 * <p>Critical values up to n = 10 are the exact ones (Zar, "Significance testing of the Spearman
 * rank correlation coefficient", JASA 67, 1972), above it those of Student's t.
 *
 * @param line the correlations
 */
record RankVerdict(FidelityLine line) {
  private static final double[] EXACT = {1.0, 0.886, 0.786, 0.738, 0.700, 0.648};
  private static final int FIRST_EXACT = 5;
  private static final int FEW = 20;

  /** Correlation from which p is at most 0.05, two-sided; NaN when n allows none. */
  double critical() {
    int n = line.networks();
    if (n < FIRST_EXACT) {
      return Double.NaN;
    }
    if (n < FIRST_EXACT + EXACT.length) {
      return EXACT[n - FIRST_EXACT];
    }
    double t = new TDistribution(null, n - 2).inverseCumulativeProbability(0.975);
    return t / StrictMath.sqrt(n - 2 + t * t);
  }

  /** What can be said, in a sentence or two. */
  String sentence() {
    int n = line.networks();
    if (!Double.isFinite(line.score())) {
      return "Not measured.";
    }
    if (n < FIRST_EXACT) {
      return "With n = " + n + " no correlation can be told from chance.";
    }
    String few = n < FEW ? "n = " + n + " is few: read this as an indication only. " : "";
    String chance = line.score() >= critical()
        ? "The score ranks better than chance"
        : "The score cannot be told from chance";
    return few + chance + comparison();
  }

  private String comparison() {
    if (!Double.isFinite(line.macs())) {
      return ".";
    }
    boolean apart = Math.abs(fisher(line.score()) - fisher(line.macs())) > noise();
    if (line.score() <= line.macs()) {
      return apart
          ? ", and worse than counting MACs does."
          : ", and it ranks no better than counting MACs.";
    }
    return apart
        ? ", and better than counting MACs does."
        : "; its lead over counting MACs is within noise.";
  }

  /**
   * Two standard errors of a difference of Fisher-transformed correlations. It takes the two as
   * independent; they share the networks, so that this errs on the careful side.
   */
  private double noise() {
    return 1.96 * StrictMath.sqrt(2 * 1.06 / (line.networks() - 3));
  }

  private static double fisher(double correlation) {
    double r = Math.max(-0.999, Math.min(0.999, correlation));
    return 0.5 * StrictMath.log((1 + r) / (1 - r));
  }
}
