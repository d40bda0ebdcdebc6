package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;

/**
 * The blocks of a residual network with the names of their tensors: what blueprint and network are
 * both made from.
 *
 * <p>With an ImageNet stem the names are those of Hugging Face's ResNetForImageClassification; with
 * a CIFAR stem they are {@code conv1}, {@code bn1}, {@code layer1.0.conv1} and so on, with {@code
 * downsample.0}, {@code downsample.1} and {@code fc} (torchvision, chenyaofo) or, where shortcuts
 * are padded, {@code linear} (akamaster).
 *
 * @param stem the first convolution
 * @param pooled whether a maximum pooling follows it
 * @param blocks the residual blocks of all stages
 * @param classifier what the names of the classifier's tensors begin with
 */
public record ResNetPlan(
    Convolved stem, boolean pooled, ImmutableList<ResidualPlan> blocks, String classifier) {
  /** The pooling after an ImageNet stem. */
  public static final Window POOL = Window.centred(3, 2);

  /** The plan of an architecture of the family. */
  public static ResNetPlan of(Architecture architecture) {
    return new Writer(architecture).write();
  }

  /** Planes that the blocks of a stage give. */
  static int given(Architecture architecture, int stage) {
    int width = architecture.integer("width", stage);
    return architecture.word("block").equals("bottleneck")
        ? width * architecture.integer("expansion")
        : width;
  }

  private record Writer(Architecture architecture, boolean imageNet, boolean padded) {
    Writer(Architecture architecture) {
      this(
          architecture,
          architecture.word("stem").equals("imagenet"),
          architecture.word("shortcut").equals("padding"));
    }

    ResNetPlan write() {
      int stemWidth = architecture.integer("stem-width");
      boolean plain =
          architecture.integer("first-stride") == 1 && stemWidth == given(architecture, 0);
      // What a shortcut adds to the first stage's planes as it is are the same planes.
      Axis planes = Axis.of(plain ? "stage1" : "stem", stemWidth);
      Convolved stem = imageNet
          ? new Convolved(
              "conv",
              "resnet.embedder.embedder.convolution",
              "resnet.embedder.embedder.normalization",
              planes,
              Window.centred(7, 2))
          : new Convolved("conv", "conv1", "bn1", planes, Window.centred(3, 1));
      ImmutableList.Builder<ResidualPlan> blocks = ImmutableList.builder();
      for (int stage = 0; stage < architecture.family().stages(architecture); stage++) {
        Axis out = Axis.of("stage" + (stage + 1), given(architecture, stage));
        int depth = architecture.integer("depth", stage);
        for (int block = 0; block < depth; block++) {
          int stride = 1;
          if (block == 0) {
            stride = stage == 0 ? architecture.integer("first-stride") : 2;
          }
          blocks.add(block(stage, block, block == depth - 1, planes, out, stride));
          planes = out;
        }
      }
      String cifar = padded ? "linear" : "fc";
      return new ResNetPlan(stem, imageNet, blocks.build(), imageNet ? "classifier.1" : cifar);
    }

    private ResidualPlan block(int stage, int block, boolean last, Axis in, Axis out, int stride) {
      String name = "stage" + (stage + 1) + ".block" + block;
      String prefix = imageNet
          ? "resnet.encoder.stages." + stage + ".layers." + block + "."
          : "layer" + (stage + 1) + "." + block + ".";
      int inner = StageLists.part(
          architecture.integer("width", stage), architecture.number("inner", stage));
      ImmutableList.Builder<Convolved> way = ImmutableList.builder();
      if (architecture.word("block").equals("bottleneck")) {
        boolean early = architecture.word("downsample").equals("1x1");
        way.add(
            unit(name, prefix, 0, inner, new Window(1, early ? stride : 1, Window.Padding.NONE)));
        way.add(unit(name, prefix, 1, inner, Window.centred(3, early ? 1 : stride)));
        way.add(unit(prefix, 2, out, Window.point()));
      } else {
        way.add(unit(name, prefix, 0, inner, Window.centred(3, stride)));
        way.add(unit(prefix, 1, out, Window.centred(3, 1)));
      }
      boolean projected = !padded && (stride != 1 || in.length() != out.length());
      return new ResidualPlan(
          name,
          stage + 1,
          last,
          way.build(),
          in,
          stride,
          projected ? projection(prefix, out, stride) : null);
    }

    /** A convolution whose planes no other block sees. */
    private Convolved unit(String block, String prefix, int index, int planes, Window window) {
      return unit(prefix, index, Axis.of(block + ".conv" + (index + 1), planes), window);
    }

    private Convolved unit(String prefix, int index, Axis planes, Window window) {
      String label = "conv" + (index + 1);
      return imageNet
          ? new Convolved(
              label,
              prefix + "layer." + index + ".convolution",
              prefix + "layer." + index + ".normalization",
              planes,
              window)
          : new Convolved(label, prefix + label, prefix + "bn" + (index + 1), planes, window);
    }

    private Convolved projection(String prefix, Axis planes, int stride) {
      Window window = new Window(1, stride, Window.Padding.NONE);
      return imageNet
          ? new Convolved(
              "shortcut",
              prefix + "shortcut.convolution",
              prefix + "shortcut.normalization",
              planes,
              window)
          : new Convolved(
              "shortcut", prefix + "downsample.0", prefix + "downsample.1", planes, window);
    }
  }
}
