package dev.retort.pipeline.report;

/**
 * A measured score.
 *
 * @param value the score as a fraction, 0.675 for 67.5 %; NaN when not measured
 * @param standardError its standard error, likewise; NaN when not known
 */
public record ScoreFigure(double value, double standardError) {
  /** Not measured. */
  public static final ScoreFigure ABSENT = new ScoreFigure(Double.NaN, Double.NaN);

  /**
   * The share of examples answered rightly, with the standard error of a binomial sample.
   *
   * @param right examples answered rightly
   * @param examples examples in all; 0 gives {@link #ABSENT}
   */
  public static ScoreFigure ofCounts(long right, long examples) {
    if (right < 0 || examples < right) {
      throw new IllegalArgumentException(
          "Right answers (" + right + ") must lie in 0.." + examples);
    }
    if (examples == 0) {
      return ABSENT;
    }
    double share = (double) right / examples;
    return new ScoreFigure(share, Math.sqrt(share * (1 - share) / examples));
  }
}
