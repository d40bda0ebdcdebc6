package dev.retort.distill.evaluate;

import dev.retort.data.Metric;

/**
 * How the areas of classes lie on each other. C planes of logits, P pixels.
 *
 * <p>A prediction is [C*P], plane by plane, a target the classes of the pixels [P]; -1 is a pixel
 * that does not count. With one plane, a pixel whose logit is above 0 is of the foreground, class
 * 1, and the foreground is the only class; with more, a pixel's class is that of the largest logit,
 * the first of equals.
 */
final class Overlap {
  private final Metric metric;
  private final long[] shared;
  private final long[] predicted;
  private final long[] real;

  private Overlap(Metric metric, int classes) {
    this.metric = metric;
    this.shared = new long[classes];
    this.predicted = new long[classes];
    this.real = new long[classes];
  }

  /** A measure of one class. */
  interface Ratio {
    /**
     * From the pixels in both areas, in the predicted one and in the real one; these not both 0.
     */
    double of(long shared, long predicted, long real);
  }

  /**
   * The mean over the classes that occur in a prediction or a target; 1 where none does: nothing
   * was there and nothing was found.
   *
   * @param byExample whether each example has a value of its own, and the score is their mean; else
   *     pixels are counted over all examples
   */
  static Score score(
      Metric metric, boolean byExample, Ratio ratio, float[][] predictions, float[][] targets) {
    Rows.check(metric, predictions, targets);
    int planes = planes(metric, 0, predictions[0], targets[0]);
    Overlap all = new Overlap(metric, planes);
    double[] values = new double[targets.length];
    for (int i = 0; i < targets.length; i++) {
      int own = planes(metric, i, predictions[i], targets[i]);
      if (own != planes) {
        throw new IllegalArgumentException(metric.key() + ": prediction " + i + " has (" + own
            + ") planes, the first (" + planes + ")");
      }
      Overlap counts = byExample ? new Overlap(metric, planes) : all;
      counts.add(i, predictions[i], targets[i]);
      values[i] = byExample ? counts.mean(ratio) : 0;
    }
    return byExample
        ? Rows.mean(metric, values)
        : Score.of(metric, all.mean(ratio), targets.length);
  }

  private static int planes(Metric metric, int index, float[] prediction, float[] target) {
    if (prediction.length % target.length != 0) {
      throw new IllegalArgumentException(metric.key() + ": prediction " + index + " has ("
          + prediction.length + ") numbers, no multiple of the (" + target.length
          + ") pixels of its target");
    }
    return prediction.length / target.length;
  }

  private void add(int index, float[] prediction, float[] target) {
    int classes = shared.length;
    for (int pixel = 0; pixel < target.length; pixel++) {
      int label = label(index, target[pixel]);
      if (label < -1) {
        continue;
      }
      int found = classes == 1
          ? (prediction[pixel] > 0 ? 0 : -1)
          : largest(prediction, pixel, target.length, classes);
      if (found >= 0) {
        predicted[found]++;
      }
      if (label >= 0) {
        real[label]++;
        shared[label] += found == label ? 1 : 0;
      }
    }
  }

  /** The place of a pixel's class: -1 for a background that is no class, -2 where none is known. */
  private int label(int index, float value) {
    int most = shared.length == 1 ? 1 : shared.length - 1;
    if (value != Math.rint(value) || value < -1 || value > most) {
      throw new IllegalArgumentException(metric.key() + ": target " + index
          + " must hold classes from 0 to " + most + ", or -1 where none is known, not (" + value
          + ")");
    }
    if (value < 0) {
      return -2;
    }
    return shared.length == 1 ? (int) value - 1 : (int) value;
  }

  private static int largest(float[] prediction, int pixel, int pixels, int classes) {
    int largest = 0;
    for (int c = 1; c < classes; c++) {
      if (prediction[c * pixels + pixel] > prediction[largest * pixels + pixel]) {
        largest = c;
      }
    }
    return largest;
  }

  private double mean(Ratio ratio) {
    double sum = 0;
    int occurring = 0;
    for (int c = 0; c < shared.length; c++) {
      if (predicted[c] + real[c] > 0) {
        sum += ratio.of(shared[c], predicted[c], real[c]);
        occurring++;
      }
    }
    return occurring == 0 ? 1 : sum / occurring;
  }
}
