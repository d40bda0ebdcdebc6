package dev.retort.distill.evaluate;

import dev.retort.data.Metric;
import java.util.OptionalDouble;

/** Predictions and targets that are rows of numbers, checked. */
final class Rows {
  private Rows() {}

  /** Checks that there is one finite target for each finite prediction, at least one. */
  static void check(Metric metric, float[][] predictions, float[][] targets) {
    if (predictions.length == 0 || predictions.length != targets.length) {
      throw new IllegalArgumentException(metric.key() + " needs as many predictions as targets, at"
          + " least 1, not (" + predictions.length + ") and (" + targets.length + ")");
    }
    for (int i = 0; i < predictions.length; i++) {
      finite(metric, "prediction", i, predictions[i]);
      finite(metric, "target", i, targets[i]);
    }
  }

  private static void finite(Metric metric, String what, int index, float[] row) {
    if (row.length == 0) {
      throw new IllegalArgumentException(metric.key() + ": " + what + " " + index + " is empty");
    }
    for (float each : row) {
      if (!Float.isFinite(each)) {
        throw new IllegalArgumentException(
            metric.key() + ": " + what + " " + index + " has the number (" + each + ")");
      }
    }
  }

  /** Checks that two rows are of one length. */
  static void sameLength(Metric metric, int index, float[] prediction, float[] target) {
    if (prediction.length != target.length) {
      throw new IllegalArgumentException(metric.key() + ": prediction " + index + " has ("
          + prediction.length + ") numbers, its target (" + target.length + ")");
    }
  }

  /**
   * The mean over examples. Its standard error is the deviation of the values over sqrt(N); there
   * is none for one example or values that are not finite.
   */
  static Score mean(Metric metric, double[] values) {
    double sum = 0;
    for (double each : values) {
      sum += each;
    }
    double mean = sum / values.length;
    double squares = 0;
    for (double each : values) {
      squares += (each - mean) * (each - mean);
    }
    boolean known = values.length > 1 && Double.isFinite(squares);
    OptionalDouble error = known
        ? OptionalDouble.of(Math.sqrt(squares / (values.length - 1) / values.length))
        : OptionalDouble.empty();
    return new Score(metric, mean, error, values.length);
  }
}
