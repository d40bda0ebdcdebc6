package dev.retort.distill.evaluate;

import dev.retort.data.Metric;
import java.util.OptionalDouble;

/**
 * Share of examples whose largest logit is that of the label, the first of equal logits; its
 * standard error is that of a binomial share, sqrt(p (1 - p) / N).
 */
public record Accuracy() implements Measure {
  @Override
  public Score of(float[][] predictions, float[] labels) {
    int[] classes = Predictions.classes(Metric.ACCURACY, predictions, labels);
    int right = 0;
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] == (int) labels[i]) {
        right++;
      }
    }
    double share = (double) right / classes.length;
    double error = Math.sqrt(share * (1 - share) / classes.length);
    return new Score(Metric.ACCURACY, share, OptionalDouble.of(error), classes.length);
  }
}
