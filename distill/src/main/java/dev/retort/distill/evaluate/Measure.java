package dev.retort.distill.evaluate;

/** How one metric of labels is computed. Stateless. N examples, C outputs. */
public sealed interface Measure
    permits Accuracy, CalibrationError, F1, Matthews, Pearson, Spearman, Top5 {
  /**
   * The metric's value.
   *
   * @param predictions the logits [N][C], or scores [N][1], all finite, N at least 1
   * @param labels class indices, or scores [N]
   * @throws IllegalArgumentException when they do not fit each other or the metric
   */
  Score of(float[][] predictions, float[] labels);
}
