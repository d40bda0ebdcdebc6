package dev.retort.data.image;

import com.google.common.collect.ImmutableList;

/**
 * How bytes become numbers: {@code (byte * factor - mean) / deviation}, by plane.
 *
 * @param factor what each byte (0 to 255) is multiplied by, above 0
 * @param mean taken off then; one for all planes, or one for each
 * @param deviation divided by then, above 0; as many as means
 */
public record PixelScaling(
    double factor, ImmutableList<Double> mean, ImmutableList<Double> deviation) {
  /** From 0 to 1, and no more. */
  public static final PixelScaling UNIT = of(1 / 255.0, 0, 1);

  /** From -1 to 1: mean and deviation of 1/2, as Google's ViT. */
  public static final PixelScaling HALF = of(1 / 255.0, 0.5, 0.5);

  /** {@code x / 128 - 1}, as TensorFlow's MobileNets. */
  public static final PixelScaling MOBILENET = of(1 / 128.0, 1, 1);

  /** ImageNet's mean and deviation by plane; also usual for CIFAR-10. */
  public static final PixelScaling IMAGENET = new PixelScaling(
      1 / 255.0, ImmutableList.of(0.485, 0.456, 0.406), ImmutableList.of(0.229, 0.224, 0.225));

  /** Checks the numbers. */
  public PixelScaling {
    if (!(factor > 0) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("factor (" + factor + ") must be above 0");
    }
    if (mean.isEmpty() || mean.size() != deviation.size()) {
      throw new IllegalArgumentException(
          "mean (" + mean + ") and deviation (" + deviation + ") must be as many");
    }
    if (!mean.stream().allMatch(Double::isFinite)
        || !deviation.stream().allMatch(each -> each > 0 && Double.isFinite(each))) {
      throw new IllegalArgumentException(
          "mean (" + mean + ") must be finite and deviation (" + deviation + ") above 0");
    }
  }

  /** One mean and deviation for all planes. */
  public static PixelScaling of(double factor, double mean, double deviation) {
    return new PixelScaling(factor, ImmutableList.of(mean), ImmutableList.of(deviation));
  }

  /** The number for each byte of a plane. */
  float[] table(int plane) {
    int at = mean.size() == 1 ? 0 : plane;
    float[] table = new float[256];
    for (int i = 0; i < table.length; i++) {
      table[i] = (float) ((i * factor - mean.get(at)) / deviation.get(at));
    }
    return table;
  }
}
