package dev.retort.distill.evaluate;

import dev.retort.data.Metric;
import java.util.OptionalDouble;

/**
 * Share of examples whose label is among the five classes with the largest logits, of equal logits
 * the first (Russakovsky et al., IJCV 2015); its standard error is that of a binomial share.
 */
public record Top5() implements Measure {
  private static final int PLACES = 5;

  @Override
  public Score of(float[][] predictions, float[] labels) {
    Predictions.classes(Metric.TOP_5, predictions, labels);
    if (predictions[0].length <= PLACES) {
      throw new IllegalArgumentException("top-5 says nothing of (" + predictions[0].length
          + ") classes: use it for more than " + PLACES);
    }
    int right = 0;
    for (int i = 0; i < labels.length; i++) {
      if (before(predictions[i], (int) labels[i]) < PLACES) {
        right++;
      }
    }
    double share = (double) right / labels.length;
    double error = Math.sqrt(share * (1 - share) / labels.length);
    return new Score(Metric.TOP_5, share, OptionalDouble.of(error), labels.length);
  }

  /** How many classes stand before one. */
  private static int before(float[] logits, int label) {
    int before = 0;
    for (int c = 0; c < logits.length; c++) {
      if (logits[c] > logits[label] || (logits[c] == logits[label] && c < label)) {
        before++;
      }
    }
    return before;
  }
}
