package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Activation;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;

/**
 * The mean of each plane and a linear classifier: [B,D,H,W] to logits [B,C].
 *
 * @param norm a normalisation that comes first, with an activation; empty: there is none
 * @param classifier what the names of the classifier's tensors begin with
 * @param epsilon of the normalisation
 */
record AverageHead(String norm, String classifier, float epsilon) implements Block {
  @Override
  public String name() {
    return "head";
  }

  @Override
  public ImmutableSet<Tap> taps() {
    return ImmutableSet.of(StageTaps.POOLED);
  }

  @Override
  public boolean head() {
    return true;
  }

  @Override
  public NDArray forward(NDArray hidden, Pass pass) {
    NDArray planes = hidden;
    if (!norm.isEmpty()) {
      planes = pass.kernels().activate(pass.batchNorm(hidden, norm, epsilon), Activation.RELU);
    }
    NDArray pooled = pass.kernels().globalAverage(planes);
    pass.offer(StageTaps.POOLED, pooled);
    return pass.linear(pooled, classifier);
  }
}
