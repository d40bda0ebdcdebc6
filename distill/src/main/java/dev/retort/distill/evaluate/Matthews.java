package dev.retort.distill.evaluate;

import dev.retort.data.Metric;

/**
 * Matthews' correlation of two classes (Biochimica et Biophysica Acta 405, 1975), (TP TN - FP FN) /
 * sqrt((TP+FP) (TP+FN) (TN+FP) (TN+FN)); 0 where a class never occurs or is never predicted.
 */
public record Matthews() implements Measure {
  @Override
  public Score of(float[][] predictions, float[] labels) {
    long[][] counts = Predictions.confusion(Metric.MATTHEWS, predictions, labels);
    double tn = counts[0][0];
    double fp = counts[0][1];
    double fn = counts[1][0];
    double tp = counts[1][1];
    double scale = Math.sqrt((tp + fp) * (tp + fn)) * Math.sqrt((tn + fp) * (tn + fn));
    double value = scale == 0 ? 0 : (tp * tn - fp * fn) / scale;
    return Score.of(Metric.MATTHEWS, value, labels.length);
  }
}
