package dev.retort.distill.evaluate;

import dev.retort.data.Metric;

/**
 * Peak signal-to-noise ratio of the luma (Y of ITU-R BT.601) as super-resolution is judged by (Lim
 * et al., EDSR, CVPR Workshops 2017): 10 log10(255^2 / mean squared error) decibels, mean over
 * examples. Images that are equal have an infinite ratio, and so has then the mean.
 *
 * <p>Predictions and targets are red, green and blue in [0,1], plane by plane [3*H*W]; they are
 * clamped and rounded to 8 bits.
 *
 * @param border pixels left out on each side, where there is less to go by: the scale
 * @param width the images' width; 0: they are square
 */
public record Psnr(int border, int width) implements DenseMeasure {
  /** Checks the numbers. */
  public Psnr {
    Luma.check(Metric.PSNR, border, width);
  }

  @Override
  public Score of(float[][] predictions, float[][] targets) {
    Rows.check(Metric.PSNR, predictions, targets);
    double[] values = new double[targets.length];
    for (int i = 0; i < values.length; i++) {
      Rows.sameLength(Metric.PSNR, i, predictions[i], targets[i]);
      double[] found = Luma.of(Metric.PSNR, predictions[i], width, border).values();
      double[] real = Luma.of(Metric.PSNR, targets[i], width, border).values();
      double squares = 0;
      for (int at = 0; at < real.length; at++) {
        squares += (found[at] - real[at]) * (found[at] - real[at]);
      }
      values[i] = 10 * Math.log10(Luma.PEAK * Luma.PEAK * real.length / squares);
    }
    return Rows.mean(Metric.PSNR, values);
  }
}
