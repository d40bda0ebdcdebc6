package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Activation;
import dev.retort.space.image.Backbone;
import dev.retort.space.image.SegmentationFamily;
import dev.retort.space.image.Window;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.Kernels.Resizing;

/**
 * A top-down decoder over the stages of a backbone (Lin et al., CVPR 2017): their planes
 * [B,D,H',W'] to logits [B,C,H,W], H and W those of the image.
 *
 * @param stages what it reads, the first stage first
 */
record SegmentationHead(ImmutableList<Backbone.Stage> stages) implements Block {
  @Override
  public String name() {
    return "head";
  }

  @Override
  public ImmutableSet<Tap> taps() {
    return ImmutableSet.of();
  }

  @Override
  public ImmutableSet<String> reads() {
    return stages.stream()
        .limit(stages.size() - 1)
        .map(Backbone.Stage::block)
        .collect(ImmutableSet.toImmutableSet());
  }

  @Override
  public boolean head() {
    return true;
  }

  @Override
  public NDArray forward(NDArray hidden, Pass pass) {
    int last = stages.size() - 1;
    NDArray state = lateral(hidden, last, pass);
    for (int stage = last - 1; stage >= 0; stage--) {
      NDArray lateral = lateral(pass.output(stages.get(stage).block()), stage, pass);
      state = enlarged(state, lateral.getShape(), pass).add(lateral);
    }
    NDArray smooth = pass.convolution(
        state, SegmentationFamily.DECODER + "smooth", SegmentationFamily.SMOOTH, 1);
    NDArray logits = point(pass.kernels().activate(smooth, Activation.RELU), "classifier", pass);
    return enlarged(logits, pass.images().pixels().getShape(), pass);
  }

  private NDArray lateral(NDArray given, int stage, Pass pass) {
    NDArray planes = given.getShape().dimension() == 3
        ? planes(given, stages.get(stage).feature().side())
        : given;
    return point(planes, "lateral" + stage, pass);
  }

  /** The patches' rows [B,S,D], behind those of other tokens, as planes [B,D,side,side]. */
  private static NDArray planes(NDArray tokens, int side) {
    Shape shape = tokens.getShape();
    NDArray patches = tokens.get(new NDIndex(":, {}:", shape.get(1) - (long) side * side));
    return patches.transpose(0, 2, 1).reshape(shape.get(0), shape.get(2), side, side);
  }

  private static NDArray point(NDArray x, String name, Pass pass) {
    return pass.convolution(x, SegmentationFamily.DECODER + name, Window.point(), 1);
  }

  private static NDArray enlarged(NDArray x, Shape like, Pass pass) {
    Shape shape = x.getShape();
    if (shape.get(2) == like.get(2) && shape.get(3) == like.get(3)) {
      return x;
    }
    return pass.kernels().resize(x, (int) like.get(2), (int) like.get(3), Resizing.BILINEAR);
  }
}
