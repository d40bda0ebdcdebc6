package dev.retort.distill.evaluate;

import dev.retort.data.Metric;

/**
 * F1 of class 1 of two, 2 TP / (2 TP + FP + FN): the harmonic mean of precision and recall (van
 * Rijsbergen, 1979); 0 where class 1 neither occurs nor is predicted.
 */
public record F1() implements Measure {
  @Override
  public Score of(float[][] predictions, float[] labels) {
    long[][] counts = Predictions.confusion(Metric.F1, predictions, labels);
    long right = 2 * counts[1][1];
    long all = right + counts[0][1] + counts[1][0];
    return Score.of(Metric.F1, all == 0 ? 0 : (double) right / all, labels.length);
  }
}
