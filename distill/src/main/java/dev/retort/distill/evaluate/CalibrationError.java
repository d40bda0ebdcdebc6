package dev.retort.distill.evaluate;

import dev.retort.data.Metric;

/**
 * Expected calibration error (Guo et al., ICML 2017): examples fall into bins of equal width by the
 * probability of the class that is predicted, bin m of M holding those in ((m-1)/M, m/M]; the mean
 * over examples of the distance between accuracy and mean probability of their bin.
 *
 * @param bins M, 15 in the paper
 */
public record CalibrationError(int bins) implements Measure {
  /** The paper's number of bins. */
  public static final int BINS = 15;

  /** Checks that there is a bin. */
  public CalibrationError {
    if (bins < 1) {
      throw new IllegalArgumentException(
          "calibration-error needs 1 bin or more, not (" + bins + ")");
    }
  }

  @Override
  public Score of(float[][] predictions, float[] labels) {
    int[] classes = Predictions.classes(Metric.CALIBRATION_ERROR, predictions, labels);
    // What a bin adds to the sum is |right - probability| of all of its examples together.
    double[] surplus = new double[bins];
    for (int i = 0; i < classes.length; i++) {
      double probability = probability(predictions[i], classes[i]);
      int bin = Math.min(bins, (int) Math.ceil(probability * bins)) - 1;
      surplus[bin] += (classes[i] == (int) labels[i] ? 1 : 0) - probability;
    }
    double sum = 0;
    for (double each : surplus) {
      sum += Math.abs(each);
    }
    return Score.of(Metric.CALIBRATION_ERROR, sum / classes.length, classes.length);
  }

  /** The softmax of the largest logit. */
  private static double probability(float[] logits, int largest) {
    double sum = 0;
    for (float each : logits) {
      sum += Math.exp((double) each - logits[largest]);
    }
    return 1 / sum;
  }
}
