package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.image.WideResNetPlan;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;

/**
 * The blocks of a wide residual network (Zagoruyko and Komodakis, BMVC 2016): each normalises and
 * activates before it convolves, and drops out between its convolutions where that is asked for.
 *
 * <p>B batch, D planes, H height, W width.
 */
final class WideResNetBlocks {
  private WideResNetBlocks() {}

  static ImmutableList<Block> of(Architecture architecture) {
    float epsilon = (float) architecture.number("norm-epsilon");
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    blocks.add(new Stem());
    WideResNetPlan.of(architecture)
        .blocks()
        .forEach(block -> blocks.add(new PreActivated(block, epsilon)));
    if (architecture.integer("classes") > 0) {
      blocks.add(new AverageHead("bn1", "fc", epsilon));
    }
    return blocks.build();
  }

  /** A convolution by itself: pixels to [B,D,H,W]. */
  private record Stem() implements Block {
    @Override
    public String name() {
      return "stem";
    }

    @Override
    public ImmutableSet<Tap> taps() {
      return ImmutableSet.of();
    }

    @Override
    public NDArray forward(NDArray pixels, Pass pass) {
      return pass.convolution(pixels, "conv1", WideResNetPlan.PLAIN, 1);
    }
  }

  /** Two convolutions, each after a normalisation and an activation: [B,D,H,W] to [B,D',H',W']. */
  private record PreActivated(WideResNetPlan.Block plan, float epsilon) implements Block {
    @Override
    public String name() {
      return plan.name();
    }

    @Override
    public ImmutableSet<Tap> taps() {
      return StageTaps.of(plan.stage(), plan.last());
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      String prefix = plan.prefix();
      NDArray before = activated(hidden, prefix + "bn1", pass);
      NDArray state = pass.convolution(before, prefix + "conv1", plan.first(), 1);
      state = pass.dropout(activated(state, prefix + "bn2", pass));
      state = pass.convolution(state, prefix + "conv2", WideResNetPlan.PLAIN, 1);
      NDArray shortcut = plan.projected()
          ? pass.convolution(before, prefix + "convShortcut", plan.shortcut(), 1)
          : hidden;
      return StageTaps.offered(state.add(shortcut), pass, plan.stage(), plan.last());
    }

    private NDArray activated(NDArray x, String norm, Pass pass) {
      return pass.kernels().activate(pass.batchNorm(x, norm, epsilon), Activation.RELU);
    }
  }
}
