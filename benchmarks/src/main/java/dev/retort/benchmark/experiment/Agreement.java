package dev.retort.benchmark.experiment;

import dev.retort.data.Dataset;
import org.apache.commons.math3.stat.correlation.SpearmansCorrelation;

/** How far the answers of two networks agree. N examples, C classes, logits [N][C]. */
final class Agreement {
  private Agreement() {}

  /** The labels of all examples [N]. */
  static float[] labels(Dataset<?> data) {
    float[] labels = new float[data.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = data.label(i);
    }
    return labels;
  }

  /** The mean of KL(teacher || student), both softened by a temperature. */
  static double divergence(float[][] teacher, float[][] student, double temperature) {
    double sum = 0;
    for (int i = 0; i < teacher.length; i++) {
      double[] of = logSoftmax(teacher[i], temperature);
      double[] from = logSoftmax(student[i], temperature);
      for (int c = 0; c < of.length; c++) {
        sum += Math.exp(of[c]) * (of[c] - from[c]);
      }
    }
    return sum / teacher.length;
  }

  /** The mean distance of what student and teacher leave to all wrong classes together. */
  static double nonTargetGap(float[][] teacher, float[][] student, float[] labels) {
    double sum = 0;
    for (int i = 0; i < teacher.length; i++) {
      int label = (int) labels[i];
      sum += Math.abs(
          Math.exp(logSoftmax(teacher[i], 1)[label]) - Math.exp(logSoftmax(student[i], 1)[label]));
    }
    return sum / teacher.length;
  }

  /** The mean over examples of Spearman's correlation of their two rows of logits. */
  static double rankCorrelation(float[][] teacher, float[][] student) {
    SpearmansCorrelation ranks = new SpearmansCorrelation();
    double sum = 0;
    for (int i = 0; i < teacher.length; i++) {
      double each = ranks.correlation(wide(teacher[i]), wide(student[i]));
      sum += Double.isNaN(each) ? 0 : each;
    }
    return sum / teacher.length;
  }

  private static double[] logSoftmax(float[] logits, double temperature) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float each : logits) {
      largest = Math.max(largest, each / temperature);
    }
    double sum = 0;
    for (float each : logits) {
      sum += Math.exp(each / temperature - largest);
    }
    double[] logs = new double[logits.length];
    for (int c = 0; c < logs.length; c++) {
      logs[c] = logits[c] / temperature - largest - Math.log(sum);
    }
    return logs;
  }

  private static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
