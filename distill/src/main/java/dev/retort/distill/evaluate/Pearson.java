package dev.retort.distill.evaluate;

import dev.retort.data.Metric;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;

/** Pearson's correlation of scores; 0 for one example, or where one side is all the same. */
public record Pearson() implements Measure {
  @Override
  public Score of(float[][] predictions, float[] labels) {
    double[] scores = Predictions.scores(Metric.PEARSON, predictions, labels);
    double value = scores.length < 2
        ? 0
        : new PearsonsCorrelation().correlation(scores, Predictions.wide(labels));
    return Score.of(Metric.PEARSON, Predictions.defined(value), labels.length);
  }
}
