package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.image.Convolved;
import dev.retort.space.image.ResNetPlan;
import dev.retort.space.image.ResidualPlan;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;

/**
 * The blocks of a residual network (He et al., CVPR 2016).
 *
 * <p>B batch, D planes, H height, W width, C classes.
 */
final class ResNetBlocks {
  private ResNetBlocks() {}

  static ImmutableList<Block> of(Architecture architecture) {
    ResNetPlan plan = ResNetPlan.of(architecture);
    float epsilon = (float) architecture.number("norm-epsilon");
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    blocks.add(new Stem(plan.stem(), plan.pooled(), epsilon));
    plan.blocks().forEach(block -> blocks.add(new Residual(block, epsilon)));
    if (architecture.integer("classes") > 0) {
      blocks.add(new AverageHead("", plan.classifier(), epsilon));
    }
    return blocks.build();
  }

  private static NDArray convolved(NDArray x, Convolved unit, Pass pass, float epsilon) {
    NDArray planes = pass.convolution(x, unit.convolution(), unit.window(), 1);
    return pass.batchNorm(planes, unit.norm(), epsilon);
  }

  private static NDArray relu(NDArray x, Pass pass) {
    return pass.kernels().activate(x, Activation.RELU);
  }

  /** Convolution, normalisation, activation and, for ImageNet, pooling: pixels to [B,D,H,W]. */
  private record Stem(Convolved unit, boolean pooled, float epsilon) implements Block {
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
      NDArray planes = relu(convolved(pixels, unit, pass, epsilon), pass);
      return pooled ? pass.kernels().maxPool(planes, ResNetPlan.POOL) : planes;
    }
  }

  /** Convolutions whose result is added to the input or its shortcut: [B,D,H,W] to [B,D',H',W']. */
  private record Residual(ResidualPlan plan, float epsilon) implements Block {
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
      NDArray state = hidden;
      int last = plan.way().size() - 1;
      for (int i = 0; i < last; i++) {
        state = relu(convolved(state, plan.way().get(i), pass, epsilon), pass);
      }
      state = convolved(state, plan.way().get(last), pass, epsilon);
      NDArray result = relu(state.add(shortcut(hidden, pass)), pass);
      return StageTaps.offered(result, pass, plan.stage(), plan.last());
    }

    private NDArray shortcut(NDArray hidden, Pass pass) {
      Convolved projection = plan.projection();
      if (projection != null) {
        return convolved(hidden, projection, pass, epsilon);
      }
      NDArray planes = hidden;
      if (plan.stride() > 1) {
        planes = planes.get(new NDIndex(":, :, ::" + plan.stride() + ", ::" + plan.stride()));
      }
      return padded(planes);
    }

    /** Planes of zeros on both sides, as many as the block adds. */
    private NDArray padded(NDArray planes) {
      NDList parts = new NDList();
      if (plan.zerosBefore() > 0) {
        parts.add(zeros(planes, plan.zerosBefore()));
      }
      parts.add(planes);
      if (plan.zerosBehind() > 0) {
        parts.add(zeros(planes, plan.zerosBehind()));
      }
      return parts.size() == 1 ? planes : NDArrays.concat(parts, 1);
    }

    private static NDArray zeros(NDArray like, int planes) {
      Shape shape = like.getShape();
      Shape missing = new Shape(shape.get(0), planes, shape.get(2), shape.get(3));
      return like.getManager().zeros(missing, like.getDataType());
    }
  }
}
