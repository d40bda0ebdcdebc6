package dev.retort.distill.evaluate;

import dev.retort.data.Metric;

/** Predictions and labels, checked. */
final class Predictions {
  private Predictions() {}

  /** Checks that there is one finite row of equal width for each label; gives the width. */
  private static int check(Metric metric, float[][] predictions, float[] labels) {
    if (predictions.length == 0 || predictions.length != labels.length) {
      throw new IllegalArgumentException(metric.key() + " needs as many predictions as labels, at"
          + " least 1, not (" + predictions.length + ") and (" + labels.length + ")");
    }
    int width = predictions[0].length;
    for (int i = 0; i < predictions.length; i++) {
      if (predictions[i].length != width) {
        throw new IllegalArgumentException(metric.key() + ": prediction " + i + " has ("
            + predictions[i].length + ") outputs, the first (" + width + ")");
      }
      for (float each : predictions[i]) {
        if (!Float.isFinite(each)) {
          throw new IllegalArgumentException(
              metric.key() + ": prediction " + i + " is (" + each + ")");
        }
      }
      if (!Float.isFinite(labels[i])) {
        throw new IllegalArgumentException(
            metric.key() + ": example " + i + " has no label (" + labels[i] + ")");
      }
    }
    return width;
  }

  /**
   * The class of the largest logit of each row, the first of equals.
   *
   * @throws IllegalArgumentException when there is one class, or a label is no class
   */
  static int[] classes(Metric metric, float[][] predictions, float[] labels) {
    int width = check(metric, predictions, labels);
    if (width < 2) {
      throw new IllegalArgumentException(
          metric.key() + " needs logits of at least 2 classes, not (" + width + ")");
    }
    int[] classes = new int[predictions.length];
    for (int i = 0; i < classes.length; i++) {
      if (labels[i] != Math.rint(labels[i]) || labels[i] < 0 || labels[i] >= width) {
        throw new IllegalArgumentException(metric.key() + ": label " + i
            + " must be a class from 0 to " + (width - 1) + ", not (" + labels[i] + ")");
      }
      for (int c = 1; c < width; c++) {
        if (predictions[i][c] > predictions[i][classes[i]]) {
          classes[i] = c;
        }
      }
    }
    return classes;
  }

  /**
   * How often each class was predicted for each class of two: [label][predicted].
   *
   * @throws IllegalArgumentException when there are not two classes
   */
  static long[][] confusion(Metric metric, float[][] predictions, float[] labels) {
    int[] classes = classes(metric, predictions, labels);
    if (predictions[0].length != 2) {
      throw new IllegalArgumentException(
          metric.key() + " is of two classes, not (" + predictions[0].length + ")");
    }
    long[][] counts = new long[2][2];
    for (int i = 0; i < classes.length; i++) {
      counts[(int) labels[i]][classes[i]]++;
    }
    return counts;
  }

  /**
   * The one output of each row.
   *
   * @throws IllegalArgumentException when there are more or fewer
   */
  static double[] scores(Metric metric, float[][] predictions, float[] labels) {
    int width = check(metric, predictions, labels);
    if (width != 1) {
      throw new IllegalArgumentException(
          metric.key() + " needs one score an example, not (" + width + ") outputs");
    }
    double[] scores = new double[predictions.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = predictions[i][0];
    }
    return scores;
  }

  /** As float64. */
  static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  /** A correlation, 0 where it is not defined: one example, or one side all the same. */
  static double defined(double correlation) {
    return Double.isNaN(correlation) ? 0 : correlation;
  }
}
