package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Property;
import dev.retort.space.Scope;
import dev.retort.space.Value;
import dev.retort.space.image.MobileLayout.Block;
import dev.retort.space.image.MobileLayout.Features;
import dev.retort.space.image.MobileLayout.Head;
import dev.retort.space.image.MobileLayout.Part;
import dev.retort.space.image.MobileLayout.Squeeze;
import dev.retort.space.image.MobileLayout.Unit;
import java.util.Map;

/**
 * MobileNetV3 (Howard et al., ICCV 2019) and the space of Once for All (Cai et al., ICLR 2020):
 * inverted residuals with squeeze and excite and hard swish.
 *
 * <p>Dimensions beside those of {@link MobileFamily}: {@code stem} 16 planes of the first
 * convolution; {@code first} 16 of the block behind it, which has expansion 1, {@code first-stride}
 * 1 and {@code first-squeeze} 0 and belongs to the stem; then {@code stages} 5, by stage of {@code
 * depth} 4, {@code width} 24/40/80/112/160, {@code stride} 2/2/2/1/2, {@code squeeze} 0/1/0/1/1
 * (whether its layers squeeze and excite), {@code swish} 0/0/1/1/1 (hard swish, else ReLU), and by
 * layer of {@code expansion} 6 and {@code kernel} 3; {@code last} 960 planes of the last
 * convolution, {@code features} 1280 of the linear map behind it, with or without ({@code
 * features-bias}) a bias. {@code multiplier}, {@code divisor}, {@code least-width} and {@code
 * narrow-features} are as in {@link MobileNetV2Family}, {@code scaled} being the default. The
 * defaults are the largest network of Once for All but for its kernels, which are 7.
 *
 * <p>Names of tensors are torchvision's, where what stands behind {@code block.} counts the parts
 * that a layer has. Blocks: {@code stem}, {@code stage1.block0} and so on, {@code head}.
 */
public final class MobileNetV3Family extends MobileFamily {
  /** The family. */
  public static final MobileNetV3Family MOBILENET_V3 = new MobileNetV3Family();

  private static final int SQUEEZE = 4;

  private MobileNetV3Family() {
    super(
        "mobilenet-v3",
        with(ImmutableList.of(
            Property.integer("stages", 5, 1),
            Property.integer("depth", Scope.STAGE, 4, 1),
            Property.decimal("multiplier", Scope.NETWORK, 1, Double.MIN_VALUE),
            stages("width", 1, 24, 40, 80, 112, 160),
            Property.decimal("expansion", Scope.LAYER, 6, Double.MIN_VALUE),
            Property.integer("kernel", Scope.LAYER, 3, 1),
            stages("stride", 1, 2, 2, 2, 1, 2),
            stages("squeeze", 0, 0, 1, 0, 1, 1),
            stages("swish", 0, 0, 0, 1, 1, 1),
            Property.integer("stem", 16, 1),
            Property.integer("first", 16, 1),
            Property.integer("first-stride", 1, 1),
            Property.integer("first-squeeze", 0, 0),
            Property.integer("last", 960, 1),
            Property.integer("features", 1280, 1),
            Property.word("features-bias", "yes", "no"),
            Property.word("narrow-features", "scaled", "kept"),
            Property.integer("divisor", 8, 1),
            Property.integer("least-width", 8, 1),
            Property.word("activation", "hard-swish", "relu"))));
  }

  @Override
  int stages(Map<String, Value> values) {
    return (int) at(values, "stages", 0);
  }

  @Override
  void check(Map<String, Value> values) {
    int stages = stages(values);
    checkInverted(values, stages);
    checkScaled("last", at(values, "multiplier", 0) * at(values, "last", 0));
    for (int stage = 0; stage < stages; stage++) {
      most("stride", at(values, "stride", stage), 2);
      most("squeeze", at(values, "squeeze", stage), 1);
      most("swish", at(values, "swish", stage), 1);
    }
    most("first-stride", at(values, "first-stride", 0), 2);
    most("first-squeeze", at(values, "first-squeeze", 0), 1);
  }

  @Override
  MobileLayout write(Architecture architecture) {
    Writer writer = new Writer(architecture, new Units(architecture));
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    Axis state = writer.stem(blocks);
    int layer = 0;
    for (int stage = 0; stage < stages(architecture); stage++) {
      int depth = architecture.integer("depth", stage);
      for (int i = 0; i < depth; i++) {
        String name = "stage" + (stage + 1) + ".block" + i;
        Part part = writer.part(
            "",
            name,
            "features." + (layer + 2) + ".block.",
            state,
            Axis.of(name + ".expanded", expanded(architecture, state.length(), layer)),
            Axis.of(
                "stage" + (stage + 1), rounded(architecture, architecture.number("width", stage))),
            architecture.integer("kernel", layer),
            i == 0 ? architecture.integer("stride", stage) : 1,
            architecture.integer("squeeze", stage) == 1,
            architecture.integer("swish", stage) == 1);
        blocks.add(new Block(name, ImmutableList.of(part), i == depth - 1 ? stage + 1 : 0));
        state = part.units().get(part.units().size() - 1).out();
        layer++;
      }
    }
    return layout(architecture, blocks.build(), writer.head("features." + (layer + 2)));
  }

  /** Writes the parts of one architecture. */
  private record Writer(Architecture architecture, Units units) {
    Axis stem(ImmutableList.Builder<Block> blocks) {
      Axis in = Axis.of("stem", rounded(architecture, architecture.number("stem")));
      Unit convolution =
          unit("convolution", "features.0", in, 3, 2, false, activation(architecture));
      Part first = part(
          "second",
          "first",
          "features.1.block.",
          in,
          Axis.of("first.expanded", Math.toIntExact(in.length())),
          Axis.of("first", rounded(architecture, architecture.number("first"))),
          3,
          architecture.integer("first-stride"),
          architecture.integer("first-squeeze") == 1,
          false);
      Part image = new Part("first", ImmutableList.of(convolution), null, false);
      blocks.add(new Block("stem", ImmutableList.of(image, first), 0));
      return first.units().get(first.units().size() - 1).out();
    }

    /** An inverted residual; without expansion where the expanded width is the input's. */
    Part part(
        String name,
        String axes,
        String prefix,
        Axis in,
        Axis wide,
        Axis out,
        int kernel,
        int stride,
        boolean squeezes,
        boolean swish) {
      Activation activation = swish ? Activation.HARD_SWISH : Activation.RELU;
      ImmutableList.Builder<Unit> list = ImmutableList.builder();
      int index = 0;
      Axis inner = wide.length() == in.length() ? in : wide;
      if (inner != in) {
        list.add(unit("expand", prefix + index, wide, 1, 1, false, activation));
        index++;
      }
      list.add(unit("depthwise", prefix + index, inner, kernel, stride, true, activation));
      index++;
      Squeeze squeeze = null;
      if (squeezes) {
        int width = ChannelRounding.of(
            (int) (wide.length() / SQUEEZE),
            architecture.integer("divisor"),
            architecture.integer("least-width"));
        squeeze = new Squeeze(
            prefix + index + ".fc1", prefix + index + ".fc2", Axis.of(axes + ".squeezed", width));
        index++;
      }
      boolean residual = stride == 1 && in.length() == out.length();
      list.add(unit("project", prefix + index, residual ? in : out, 1, 1, false, Activation.NONE));
      return new Part(name, list.build(), squeeze, residual);
    }

    Head head(String last) {
      Axis wide = Axis.of("last", rounded(architecture, architecture.number("last")));
      double width = architecture.number("features");
      boolean kept = architecture.word("narrow-features").equals("kept")
          && architecture.number("multiplier") < 1;
      Axis features = Axis.of("features", kept ? (int) width : rounded(architecture, width));
      return new Head(
          unit("last", last, wide, 1, 1, false, activation(architecture)),
          new Features(
              "classifier.0",
              features,
              architecture.word("features-bias").equals("yes"),
              activation(architecture)),
          "classifier.3",
          classes(architecture));
    }

    private Unit unit(
        String label,
        String prefix,
        Axis out,
        int size,
        int stride,
        boolean depthwise,
        Activation activation) {
      return units.unit(
          label, prefix + ".0", prefix + ".1", out, size, stride, depthwise, activation);
    }
  }
}
