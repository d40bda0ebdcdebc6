package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.image.SuperResolutionFamily;
import dev.retort.supernet.Block;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.Kernels.Resizing;
import dev.retort.supernet.kernel.Scaling;

/**
 * The blocks of EDSR (Lim et al., CVPR Workshops 2017).
 *
 * <p>B batch, P colour planes, D planes, H height, W width, r scale.
 */
final class SuperResolutionBlocks {
  private SuperResolutionBlocks() {}

  static ImmutableList<Block> of(Architecture architecture) {
    double residual = architecture.number("residual-scale");
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    blocks.add(
        new Step("stem", ImmutableSet.of(), false, (x, pass) -> convolution(x, "stem", pass)));
    for (int layer = 0; layer < architecture.layers(); layer++) {
      String body = "body." + layer;
      blocks.add(new Step(
          "layer." + layer,
          ImmutableSet.of(),
          false,
          (x, pass) -> x.add(residual(x, body, residual, pass))));
    }
    blocks.add(
        new Step("trunk", ImmutableSet.of("stem"), false, (x, pass) -> convolution(x, "trunk", pass)
            .add(pass.output("stem"))));
    ImmutableList<Integer> steps = SuperResolutionFamily.steps(architecture);
    String skip = architecture.word("skip");
    blocks.add(
        new Step("head", ImmutableSet.of(), true, (x, pass) -> enlarged(x, steps, skip, pass)));
    return blocks.build();
  }

  private static NDArray convolution(NDArray x, String name, Pass pass) {
    return pass.convolution(x, name, SuperResolutionFamily.WINDOW, 1);
  }

  /** What a block adds: [B,D,H,W] to the same. */
  private static NDArray residual(NDArray x, String body, double scale, Pass pass) {
    NDArray inner = pass.kernels().activate(convolution(x, body + ".conv1", pass), Activation.RELU);
    NDArray result = convolution(inner, body + ".conv2", pass);
    return scale == 1 ? result : Scaling.by(result, scale);
  }

  /** [B,D,H,W] to pixels [B,P,rH,rW]. */
  private static NDArray enlarged(NDArray x, ImmutableList<Integer> steps, String skip, Pass pass) {
    NDArray planes = x;
    for (int step = 0; step < steps.size(); step++) {
      planes = shuffled(convolution(planes, "enlarge." + step, pass), steps.get(step));
    }
    NDArray pixels = convolution(planes, "last", pass);
    if (skip.equals("none")) {
      return pixels;
    }
    Shape shape = pixels.getShape();
    Resizing how = skip.equals("nearest") ? Resizing.NEAREST : Resizing.BICUBIC;
    return pixels.add(
        pass.kernels().resize(pass.images().pixels(), (int) shape.get(2), (int) shape.get(3), how));
  }

  /** Pixel shuffle: r*r planes become the pixels of one, [B,D*r*r,H,W] to [B,D,rH,rW]. */
  private static NDArray shuffled(NDArray x, int r) {
    Shape shape = x.getShape();
    long planes = shape.get(1) / r / r;
    return x.reshape(shape.get(0), planes, r, r, shape.get(2), shape.get(3))
        .transpose(0, 1, 4, 2, 5, 3)
        .reshape(shape.get(0), planes, r * shape.get(2), r * shape.get(3));
  }

  private interface Function {
    NDArray of(NDArray x, Pass pass);
  }

  private record Step(String name, ImmutableSet<String> reads, boolean head, Function function)
      implements Block {
    @Override
    public ImmutableSet<Tap> taps() {
      return ImmutableSet.of();
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      return function.of(hidden, pass);
    }
  }
}
