package dev.retort.distill.evaluate;

import dev.retort.data.Metric;

/**
 * Structural similarity (Wang et al., IEEE Transactions on Image Processing 13, 2004) of the luma:
 * means, variances and covariance under a Gaussian window of 11 x 11 pixels with a deviation of
 * 1.5, at each place where the whole window lies in the image; K1 0.01, K2 0.03, range 255. Mean
 * over places, then over examples.
 *
 * <p>Predictions and targets are those of {@link Psnr}.
 *
 * @param border pixels left out on each side before windows are laid: the scale
 * @param width the images' width; 0: they are square
 */
public record Ssim(int border, int width) implements DenseMeasure {
  private static final int SIDE = 11;
  private static final double[] WINDOW = window(1.5);
  private static final double C1 = Math.pow(0.01 * Luma.PEAK, 2);
  private static final double C2 = Math.pow(0.03 * Luma.PEAK, 2);

  /** Checks the numbers. */
  public Ssim {
    Luma.check(Metric.SSIM, border, width);
  }

  private static double[] window(double deviation) {
    double[] window = new double[SIDE];
    double sum = 0;
    for (int i = 0; i < SIDE; i++) {
      double distance = (i - SIDE / 2) / deviation;
      window[i] = Math.exp(-distance * distance / 2);
      sum += window[i];
    }
    for (int i = 0; i < SIDE; i++) {
      window[i] /= sum;
    }
    return window;
  }

  @Override
  public Score of(float[][] predictions, float[][] targets) {
    Rows.check(Metric.SSIM, predictions, targets);
    double[] values = new double[targets.length];
    for (int i = 0; i < values.length; i++) {
      Rows.sameLength(Metric.SSIM, i, predictions[i], targets[i]);
      Luma found = Luma.of(Metric.SSIM, predictions[i], width, border);
      Luma real = Luma.of(Metric.SSIM, targets[i], width, border);
      if (real.width() < SIDE || real.height() < SIDE) {
        throw new IllegalArgumentException("ssim needs " + SIDE + " x " + SIDE
            + " pixels within the border, not " + real.height() + " x " + real.width());
      }
      values[i] = similarity(found, real);
    }
    return Rows.mean(Metric.SSIM, values);
  }

  private static double similarity(Luma a, Luma b) {
    double[] meanA = blurred(a.values(), a);
    double[] meanB = blurred(b.values(), b);
    double[] squareA = blurred(product(a, a), a);
    double[] squareB = blurred(product(b, b), b);
    double[] both = blurred(product(a, b), a);
    double sum = 0;
    for (int i = 0; i < both.length; i++) {
      double means = meanA[i] * meanB[i];
      double powers = meanA[i] * meanA[i] + meanB[i] * meanB[i];
      double variances = squareA[i] + squareB[i] - powers;
      sum += (2 * means + C1) * (2 * (both[i] - means) + C2) / ((powers + C1) * (variances + C2));
    }
    return sum / both.length;
  }

  private static double[] product(Luma a, Luma b) {
    double[] product = new double[a.values().length];
    for (int i = 0; i < product.length; i++) {
      product[i] = a.values()[i] * b.values()[i];
    }
    return product;
  }

  /** The window's mean at each place where it fits: along rows, then along columns. */
  private static double[] blurred(double[] values, Luma shape) {
    int height = shape.height();
    int across = shape.width() - SIDE + 1;
    int down = height - SIDE + 1;
    double[] rows = new double[height * across];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < across; x++) {
        for (int i = 0; i < SIDE; i++) {
          rows[y * across + x] += WINDOW[i] * values[y * shape.width() + x + i];
        }
      }
    }
    double[] blurred = new double[down * across];
    for (int y = 0; y < down; y++) {
      for (int x = 0; x < across; x++) {
        for (int i = 0; i < SIDE; i++) {
          blurred[y * across + x] += WINDOW[i] * rows[(y + i) * across + x];
        }
      }
    }
    return blurred;
  }
}
