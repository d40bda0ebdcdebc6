package dev.retort.distill.evaluate;

import dev.retort.data.Metric;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/**
 * Spearman's rank correlation of scores, ties at their mean rank; 0 for one example, or where one
 * side is all the same.
 */
public record Spearman() implements Measure {
  @Override
  public Score of(float[][] predictions, float[] labels) {
    double[] scores = Predictions.scores(Metric.SPEARMAN, predictions, labels);
    double value = scores.length < 2
        ? 0
        : new SpearmansCorrelation().correlation(scores, Predictions.wide(labels));
    return Score.of(Metric.SPEARMAN, Predictions.defined(value), labels.length);
  }
}
