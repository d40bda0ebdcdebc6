package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.image.MobileFamily;
import dev.retort.space.image.MobileLayout;
import dev.retort.space.image.MobileLayout.Part;
import dev.retort.space.image.MobileLayout.Squeeze;
import dev.retort.space.image.MobileLayout.Unit;
import dev.retort.space.image.Window;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;

/**
 * The blocks of a network of the MobileNet line, from its layout.
 *
 * <p>B batch, D planes, H height, W width, F features, C classes. Taps are those of {@link
 * StageTaps}; the stem belongs to no stage.
 */
final class MobileBlocks {
  private static final Window POINT = Window.point();

  private MobileBlocks() {}

  static ImmutableList<Block> of(Architecture architecture) {
    MobileLayout layout = ((MobileFamily) architecture.family()).layout(architecture);
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    for (MobileLayout.Block block : layout.blocks()) {
      blocks.add(new Body(block, layout.epsilon()));
    }
    return blocks.add(new Head(layout.head(), layout.epsilon())).build();
  }

  /** Convolution, normalisation, activation: [B,D,H,W] to [B,D',H',W']. */
  private static NDArray unit(NDArray x, Unit unit, float epsilon, Pass pass) {
    int groups = unit.depthwise() ? Math.toIntExact(x.getShape().get(1)) : 1;
    NDArray y = pass.convolution(x, unit.convolution(), unit.window(), groups);
    if (unit.normalization() != null) {
      y = pass.batchNorm(y, unit.normalization(), epsilon);
    }
    return pass.kernels().activate(y, unit.activation());
  }

  /** The stem or one layer. */
  private record Body(MobileLayout.Block block, float epsilon) implements Block {
    @Override
    public String name() {
      return block.name();
    }

    @Override
    public ImmutableSet<Tap> taps() {
      return StageTaps.of(block.stage(), block.stage() > 0);
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      NDArray x = hidden;
      for (Part part : block.parts()) {
        x = part(x, part, pass);
      }
      return StageTaps.offered(x, pass, block.stage(), block.stage() > 0);
    }

    private NDArray part(NDArray in, Part part, Pass pass) {
      NDArray x = in;
      int last = part.units().size() - 1;
      for (int i = 0; i <= last; i++) {
        Squeeze squeeze = part.squeeze();
        if (squeeze != null && i == last) {
          x = squeeze(x, squeeze, pass);
        }
        x = unit(x, part.units().get(i), epsilon, pass);
      }
      return part.residual() ? x.add(in) : x;
    }

    /** Each plane [B,D,H,W] times a number that all planes' means decide. */
    private static NDArray squeeze(NDArray x, Squeeze squeeze, Pass pass) {
      Shape shape = x.getShape();
      NDArray mean = pass.kernels().globalAverage(x).reshape(shape.get(0), shape.get(1), 1, 1);
      NDArray reduced = pass.kernels()
          .activate(pass.convolution(mean, squeeze.reduce(), POINT, 1), Activation.RELU);
      NDArray scale = pass.kernels()
          .activate(pass.convolution(reduced, squeeze.expand(), POINT, 1), Activation.HARD_SIGMOID);
      return x.mul(scale);
    }
  }

  /**
   * Last convolution, mean, linear map, classifier: [B,D,H,W] to logits [B,C] or features [B,F].
   */
  private record Head(MobileLayout.Head layout, float epsilon) implements Block {
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
      return layout.classes() != null;
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      Unit last = layout.last();
      NDArray x = last == null ? hidden : unit(hidden, last, epsilon, pass);
      x = pass.kernels().globalAverage(x);
      MobileLayout.Features features = layout.features();
      if (features != null) {
        x = pass.linear(x, features.tensor());
        x = pass.kernels().activate(x, features.activation());
      }
      pass.offer(StageTaps.POOLED, x);
      return layout.classes() == null ? x : pass.linear(pass.dropout(x), layout.classifier());
    }
  }
}
