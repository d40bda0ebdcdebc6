package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.image.Convolved;
import dev.retort.space.image.VggPlan;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;

/**
 * The blocks of a VGG network (Simonyan and Zisserman, ICLR 2015), a convolution each.
 *
 * <p>B batch, D planes, H height, W width, C classes.
 */
final class VggBlocks {
  private VggBlocks() {}

  static ImmutableList<Block> of(Architecture architecture) {
    float epsilon = (float) architecture.number("norm-epsilon");
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    VggPlan.of(architecture).blocks().forEach(block -> blocks.add(new Plain(block, epsilon)));
    if (architecture.integer("classes") > 0) {
      blocks.add(new Head(architecture.integer("head-side")));
    }
    return blocks.build();
  }

  private static NDArray relu(NDArray x, Pass pass) {
    return pass.kernels().activate(x, Activation.RELU);
  }

  /** Pooling where a stage begins, convolution, normalisation, activation. */
  private record Plain(VggPlan.Block plan, float epsilon) implements Block {
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
      Convolved unit = plan.convolution();
      NDArray state = plan.pooled() ? pass.kernels().maxPool(hidden, VggPlan.POOL) : hidden;
      state = pass.convolution(state, unit.convolution(), unit.window(), 1);
      if (!unit.norm().isEmpty()) {
        state = pass.batchNorm(state, unit.norm(), epsilon);
      }
      return StageTaps.offered(relu(state, pass), pass, plan.stage(), plan.last());
    }
  }

  /** Pooling, mean over a few large pixels, three linear layers: [B,D,H,W] to logits [B,C]. */
  private record Head(int side) implements Block {
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
      NDArray state = pass.kernels().maxPool(hidden, VggPlan.POOL);
      state = pass.kernels().averageTo(state, side);
      state = state.reshape(state.getShape().get(0), -1);
      pass.offer(StageTaps.POOLED, state);
      for (String layer : VggPlan.HEAD.subList(0, 2)) {
        state = pass.dropout(relu(pass.linear(state, layer), pass));
      }
      return pass.linear(state, VggPlan.HEAD.get(2));
    }
  }
}
