package dev.retort.data.image;

import dev.retort.data.Draw;
import java.nio.FloatBuffer;
import java.util.random.RandomGenerator;

/**
 * MixUp (Zhang et al., ICLR 2018) and CutMix (Yun et al., ICCV 2019) within a batch: image i is
 * mixed with image B-1-i (as timm does), all with one share drawn from Beta(alpha, alpha).
 *
 * <p>The draw is a function of (seed, step). Where both are on, each batch gets one of them, with
 * even chances. B batch, D planes, H height, W width, C classes.
 */
final class Mixing {
  /** The largest alpha: from there on the share is a half in all but name. */
  static final double LARGEST_ALPHA = 1000;

  private final FloatBuffer pixels;
  private final int batch;
  private final Raster size;
  private final float[] shares;

  private Mixing(FloatBuffer pixels, int batch, Raster size, float[] shares) {
    this.pixels = pixels;
    this.batch = batch;
    this.size = size;
    this.shares = shares;
  }

  /**
   * Mixes in place.
   *
   * @param pixels [B,D,H,W]
   * @param batch B
   * @param size of one image: D, H, W
   * @param shares [B,C]
   */
  static void apply(
      Augmentation augmentation,
      Draw draw,
      FloatBuffer pixels,
      int batch,
      Raster size,
      float[] shares) {
    RandomGenerator random = draw.streams().at("image-mixing", draw.step());
    boolean either = augmentation.mixUp() > 0 && augmentation.cutMix() > 0;
    boolean cut = either ? random.nextBoolean() : augmentation.cutMix() > 0;
    Mixing mixing = new Mixing(pixels, batch, size, shares);
    double own = beta(cut ? augmentation.cutMix() : augmentation.mixUp(), random);
    if (cut) {
      mixing.cut(own, random);
    } else {
      mixing.mixUp((float) own);
    }
  }

  private void mixUp(float own) {
    int length = size.pixels().length;
    for (int row = 0; row < batch / 2; row++) {
      int a = row * length;
      int b = (batch - 1 - row) * length;
      for (int i = 0; i < length; i++) {
        float first = pixels.get(a + i);
        float second = pixels.get(b + i);
        pixels.put(a + i, own * first + (1 - own) * second);
        pixels.put(b + i, own * second + (1 - own) * first);
      }
    }
    mixLabels(own);
  }

  private void cut(double own, RandomGenerator random) {
    double side = Math.sqrt(1 - own);
    int halfHeight = (int) (size.height() * side) / 2;
    int halfWidth = (int) (size.width() * side) / 2;
    int middleRow = random.nextInt(size.height());
    int middleColumn = random.nextInt(size.width());
    int top = Math.max(0, middleRow - halfHeight);
    int bottom = Math.min(size.height(), middleRow + halfHeight);
    int left = Math.max(0, middleColumn - halfWidth);
    int right = Math.min(size.width(), middleColumn + halfWidth);
    for (int row = 0; row < batch / 2; row++) {
      for (int line = 0; line < size.planes() * size.height(); line++) {
        int inPlane = line % size.height();
        if (inPlane >= top && inPlane < bottom) {
          swap(row, line * size.width() + left, right - left);
        }
      }
    }
    // The window may reach outside: what counts is what was swapped.
    mixLabels(1 - (float) (bottom - top) * (right - left) / size.area());
  }

  private void swap(int row, int at, int count) {
    int length = size.pixels().length;
    int a = row * length + at;
    int b = (batch - 1 - row) * length + at;
    for (int i = 0; i < count; i++) {
      float kept = pixels.get(a + i);
      pixels.put(a + i, pixels.get(b + i));
      pixels.put(b + i, kept);
    }
  }

  private void mixLabels(float own) {
    int classes = shares.length / batch;
    for (int row = 0; row < batch / 2; row++) {
      for (int i = 0; i < classes; i++) {
        int a = row * classes + i;
        int b = (batch - 1 - row) * classes + i;
        float first = shares[a];
        float second = shares[b];
        shares[a] = own * first + (1 - own) * second;
        shares[b] = own * second + (1 - own) * first;
      }
    }
  }

  /** A draw from Beta(alpha, alpha): the share of one of two gamma draws. */
  static double beta(double alpha, RandomGenerator random) {
    double first = gamma(alpha, random);
    double second = gamma(alpha, random);
    // Both vanish for a tiny alpha: the limit is all or nothing.
    return first + second > 0 ? first / (first + second) : random.nextInt(2);
  }

  /** Marsaglia and Tsang, ACM TOMS 26 (2000); below 1 by their boost. */
  private static double gamma(double alpha, RandomGenerator random) {
    if (alpha < 1) {
      return gamma(alpha + 1, random) * Math.pow(1 - random.nextDouble(), 1 / alpha);
    }
    double d = alpha - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = random.nextGaussian();
      double v = Math.pow(1 + c * x, 3);
      if (v > 0 && Math.log(1 - random.nextDouble()) < x * x / 2 + d - d * v + d * Math.log(v)) {
        return d * v;
      }
    }
  }
}
