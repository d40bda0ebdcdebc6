package dev.retort.pipeline.report;

import dev.retort.data.Metric;

/**
 * How the figures of a measure are written and read.
 *
 * @param share whether they are shares, written in percent; else they are written as they are
 * @param rises whether more is better
 */
record ScoreUnit(boolean share, boolean rises) {
  private static final ScoreUnit PERCENT = new ScoreUnit(true, true);
  private static final double LARGE = 1000;

  /** That of a measure by its name; of one that is not known, a share of which more is better. */
  static ScoreUnit of(String metric) {
    for (Metric each : Metric.values()) {
      if (each.key().equals(metric)) {
        boolean share = each != Metric.PERPLEXITY && each != Metric.PSNR;
        return new ScoreUnit(share, each.risesWithQuality());
      }
    }
    return PERCENT;
  }

  /** What follows the measure's name over a column of figures: {@code , %}, or nothing. */
  String heading() {
    return share ? ", %" : "";
  }

  /** A figure without its unit: {@code 67.5}, {@code 4.12}. */
  String figure(double value) {
    return share ? Figures.percent(value) : Figures.fixed(value, decimals(value));
  }

  /** A difference that is read beside a figure. */
  private String error(ScoreFigure score) {
    return share
        ? Figures.percent(score.standardError())
        : Figures.fixed(score.standardError(), decimals(score.value()));
  }

  private static int decimals(double value) {
    return Math.abs(value) < LARGE ? 2 : 0;
  }

  /** A score with its standard error: {@code 67.5 ± 1.1}, {@code 4.12 ± 0.03}. */
  String score(ScoreFigure score) {
    if (!Double.isFinite(score.value())) {
      return Figures.ABSENT;
    }
    return Double.isFinite(score.standardError())
        ? figure(score.value()) + " \u00B1 " + error(score)
        : figure(score.value());
  }

  /** A standard error alone; nothing where it is not known. */
  String plusMinus(ScoreFigure score) {
    return Double.isFinite(score.value()) && Double.isFinite(score.standardError())
        ? " \u00B1 " + error(score)
        : "";
  }

  /** A number along an axis. */
  String tick(double value) {
    return ChartScale.shorten(Figures.fixed(share ? value * 100 : value, share ? 1 : 2));
  }
}
