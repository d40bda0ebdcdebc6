package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.image.Window;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;

/**
 * The blocks of a ShuffleNetV2 (Ma et al., ECCV 2018).
 *
 * <p>B batch, D planes, H height, W width, F features, C classes. Taps are those of {@link
 * StageTaps}.
 */
final class ShuffleNetV2Blocks {
  private ShuffleNetV2Blocks() {}

  static ImmutableList<Block> of(Architecture architecture) {
    float epsilon = (float) architecture.number("norm-epsilon");
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    blocks.add(new Stem(architecture.word("stem-window").equals("imagenet"), epsilon));
    int layer = 0;
    for (int stage = 0; stage < architecture.family().stages(architecture); stage++) {
      int depth = architecture.integer("depth", stage);
      for (int i = 0; i < depth; i++) {
        blocks.add(new Layer(
            stage + 1, i, i == depth - 1, architecture.integer("kernel", layer), epsilon));
        layer++;
      }
    }
    return blocks.add(new Head(architecture.integer("classes") > 0, epsilon)).build();
  }

  /** Convolution, normalisation, whose number is the next one, and perhaps a ReLU. */
  private static NDArray unit(
      NDArray x,
      String tensor,
      int number,
      Window window,
      boolean depthwise,
      boolean relu,
      float epsilon,
      Pass pass) {
    int groups = depthwise ? Math.toIntExact(x.getShape().get(1)) : 1;
    NDArray y = pass.convolution(x, tensor + number, window, groups);
    y = pass.batchNorm(y, tensor + (number + 1), epsilon);
    return relu ? pass.kernels().activate(y, Activation.RELU) : y;
  }

  /** Pixels [B,D,H,W] to [B,D',H/4,W/4], for CIFAR [B,D',H,W]. */
  private record Stem(boolean imageNet, float epsilon) implements Block {
    @Override
    public String name() {
      return "stem";
    }

    @Override
    public ImmutableSet<Tap> taps() {
      return ImmutableSet.of();
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      Window window = Window.centred(3, imageNet ? 2 : 1);
      NDArray x = unit(hidden, "conv1.", 0, window, false, true, epsilon, pass);
      return imageNet ? pass.kernels().maxPool(x, Window.centred(3, 2)) : x;
    }
  }

  /** One layer: the first of a stage halves the sides [B,D,H,W] to [B,D',H/2,W/2]. */
  private record Layer(int stage, int index, boolean last, int kernel, float epsilon)
      implements Block {
    @Override
    public String name() {
      return "stage" + stage + ".block" + index;
    }

    @Override
    public ImmutableSet<Tap> taps() {
      return StageTaps.of(stage, last);
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      String prefix = "stage" + (stage + 1) + "." + index + ".";
      Window window = Window.centred(kernel, index == 0 ? 2 : 1);
      NDArray left;
      NDArray right;
      if (index == 0) {
        String tensor = prefix + "branch1.";
        left = unit(hidden, tensor, 0, window, true, false, epsilon, pass);
        left = unit(left, tensor, 2, Window.point(), false, true, epsilon, pass);
        right = hidden;
      } else {
        NDList halves = hidden.split(2, 1);
        left = halves.get(0);
        right = halves.get(1);
      }
      String tensor = prefix + "branch2.";
      right = unit(right, tensor, 0, Window.point(), false, true, epsilon, pass);
      right = unit(right, tensor, 3, window, true, false, epsilon, pass);
      right = unit(right, tensor, 5, Window.point(), false, true, epsilon, pass);
      return StageTaps.offered(shuffled(left, right), pass, stage, last);
    }

    /** All planes, by turns of the first half [B,2,D/2,H,W] and of the second, [B,D,H,W]. */
    private static NDArray shuffled(NDArray left, NDArray right) {
      NDArray all = left.concat(right, 1);
      Shape shape = all.getShape();
      long planes = shape.get(1);
      return all.reshape(shape.get(0), 2, planes / 2, shape.get(2), shape.get(3))
          .swapAxes(1, 2)
          .reshape(shape);
    }
  }

  /** Last convolution, mean and classifier: [B,D,H,W] to logits [B,C] or features [B,F]. */
  private record Head(boolean classifies, float epsilon) implements Block {
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
      return classifies;
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      NDArray x = unit(hidden, "conv5.", 0, Window.point(), false, true, epsilon, pass);
      NDArray pooled = pass.kernels().globalAverage(x);
      pass.offer(StageTaps.POOLED, pooled);
      return classifies ? pass.linear(pooled, "fc") : pooled;
    }
  }
}
