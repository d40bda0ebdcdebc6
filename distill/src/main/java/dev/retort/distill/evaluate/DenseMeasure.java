package dev.retort.distill.evaluate;

/**
 * How one metric is computed whose targets are rows of numbers: landmarks, the classes of pixels,
 * images. Stateless. N examples, P numbers a prediction, T a target.
 */
public sealed interface DenseMeasure permits Dice, Iou, Nme, Psnr, Ssim {
  /**
   * The metric's value.
   *
   * @param predictions what a network gave [N][P], all finite, N at least 1
   * @param targets what it should have given [N][T], all finite
   * @throws IllegalArgumentException when they do not fit each other or the metric
   */
  Score of(float[][] predictions, float[][] targets);
}
