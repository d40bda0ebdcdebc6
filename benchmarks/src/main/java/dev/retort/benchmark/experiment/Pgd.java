package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.ImageBatch;
import dev.retort.data.image.PixelScaling;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.Network;
import dev.retort.supernet.Normalization;
import dev.retort.supernet.Request;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Scaling;
import java.util.random.RandomGenerator;

/**
 * Projected gradient descent (Madry et al., "Towards Deep Learning Models Resistant to Adversarial
 * Attacks", ICLR 2018): from a point at random in the cube about an image, steps along the sign of
 * the cross-entropy's derivative, back into the cube and into what pixels can be after each. B
 * batch, D planes, H height, W width.
 *
 * @param epsilon half the cube's side, in pixels from 0 to 1
 * @param step the length of a step, in the same
 * @param steps how many
 * @param scaling how pixels are given to networks; of one mean for all planes
 */
record Pgd(double epsilon, double step, int steps, PixelScaling scaling) {
  /** The logits of other pixels in a batch's place [B,C]. */
  static NDArray logits(
      Network network,
      Weights weights,
      ImageBatch batch,
      NDArray pixels,
      Normalization normalization) {
    return network
        .forward(
            weights,
            new ImageBatch(pixels, batch.labels(), batch.indices()),
            new Request(true, ImmutableSet.of(), Dropout.NONE, normalization))
        .requireLogits();
  }

  /** The derivative of the batch's mean cross-entropy by its pixels [B,D,H,W], a constant. */
  static NDArray slope(
      Network network, Weights weights, ImageBatch batch, NDArray at, Normalization normalization) {
    return Autograd.slope(at, x -> new CrossEntropy()
            .loss(logits(network, weights, batch, x, normalization), batch.labels()))
        .derivative();
  }

  /**
   * The pixels after the attack [B,D,H,W], in the batch's manager, as networks take them.
   *
   * @param normalization by which statistics the network is run
   * @param random where the attack begins
   */
  NDArray attacked(
      Network network,
      Weights weights,
      ImageBatch batch,
      Normalization normalization,
      RandomGenerator random) {
    NDArray clean = batch.pixels();
    NDManager owner = clean.getManager();
    double unit = 1 / scaling.deviation().get(0);
    double mean = scaling.mean().get(0);
    NDArray moved;
    try (Autograd off = Autograd.off()) {
      float[] noise = new float[Math.toIntExact(clean.size())];
      for (int i = 0; i < noise.length; i++) {
        noise[i] = (float) (random.nextDouble(-1, 1) * epsilon * unit);
      }
      moved =
          clean.add(owner.create(noise, clean.getShape())).clip(-mean * unit, (1 - mean) * unit);
      NDArray least = Scaling.plus(clean, -epsilon * unit);
      NDArray most = Scaling.plus(clean, epsilon * unit);
      for (int i = 0; i < steps; i++) {
        try (NDManager scope = owner.newSubManager()) {
          NDArray at = moved.stopGradient();
          at.attach(scope);
          NDArray way = slope(network, weights, batch, at, normalization).sign();
          NDArray next = at.add(Scaling.by(way, step * unit))
              .maximum(least)
              .minimum(most)
              .clip(-mean * unit, (1 - mean) * unit);
          next.attach(owner);
          moved = next;
        }
      }
    }
    return moved;
  }
}
