package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Property;
import dev.retort.space.Scope;
import dev.retort.space.Value;
import dev.retort.space.image.MobileLayout.Block;
import dev.retort.space.image.MobileLayout.Head;
import dev.retort.space.image.MobileLayout.Part;
import dev.retort.space.image.MobileLayout.Unit;
import java.util.Map;

/**
 * MobileNetV2 (Sandler et al., CVPR 2018): inverted residuals with linear bottlenecks.
 *
 * <p>Dimensions beside those of {@link MobileFamily}: {@code stem} 32 planes of the first
 * convolution and {@code first} 16 of the block behind it, which has expansion 1 and belongs to the
 * stem; then six stages of {@code depth} 2/3/4/3/3/1 layers and {@code width} 24/32/64/96/160/320
 * planes with {@code expansion} 6, by layer; {@code features} 1280 planes of the last convolution.
 * {@code multiplier} scales all of them; the results, and expanded widths, are rounded to multiples
 * of {@code divisor} 8, not below {@code least-width} 8. {@code narrow-features}: {@code kept}
 * leaves the last convolution as wide as it is where the multiplier is below 1, as published,
 * {@code scaled} does not. {@code first-block}: {@code expanded} gives the first block a pointwise
 * convolution in front. {@code stem-window}: {@code imagenet} halves the sides in the first
 * convolution and in the first stage, {@code cifar} does not (chenyaofo/pytorch-cifar-models).
 * Names of tensors are Hugging Face's (MobileNetV2ForImageClassification). Blocks: {@code stem},
 * {@code stage1.block0} to {@code stage6.block0}, {@code head}.
 */
public final class MobileNetV2Family extends MobileFamily {
  /** The family. */
  public static final MobileNetV2Family MOBILENET_V2 = new MobileNetV2Family();

  private static final int[] STRIDES = {2, 2, 2, 1, 2, 1};
  private static final String PREFIX = "mobilenet_v2.";

  private MobileNetV2Family() {
    super(
        "mobilenet-v2",
        with(ImmutableList.of(
            stages("depth", 1, 2, 3, 4, 3, 3, 1),
            Property.decimal("multiplier", Scope.NETWORK, 1, Double.MIN_VALUE),
            stages("width", 1, 24, 32, 64, 96, 160, 320),
            Property.decimal("expansion", Scope.LAYER, 6, Double.MIN_VALUE),
            Property.integer("kernel", Scope.LAYER, 3, 1),
            Property.integer("stem", 32, 1),
            Property.integer("first", 16, 1),
            Property.integer("features", 1280, 1),
            Property.word("narrow-features", "kept", "scaled"),
            Property.word("first-block", "plain", "expanded"),
            Property.word("stem-window", "imagenet", "cifar"),
            Property.integer("divisor", 8, 1),
            Property.integer("least-width", 8, 1),
            Property.word("activation", "relu6", "relu", "hard-swish"))));
  }

  @Override
  int stages(Map<String, Value> values) {
    return STRIDES.length;
  }

  @Override
  void check(Map<String, Value> values) {
    checkInverted(values, STRIDES.length);
  }

  @Override
  MobileLayout write(Architecture architecture) {
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    Axis state = Axis.of("first", rounded(architecture, architecture.number("first")));
    blocks.add(stem(architecture, state));
    int layer = 0;
    for (int stage = 0; stage < STRIDES.length; stage++) {
      int depth = architecture.integer("depth", stage);
      int planes = rounded(architecture, architecture.number("width", stage));
      for (int i = 0; i < depth; i++) {
        int stride = i == 0 ? stride(architecture, stage) : 1;
        boolean residual = stride == 1 && state.length() == planes;
        Axis out = residual ? state : Axis.of("stage" + (stage + 1), planes);
        String name = "stage" + (stage + 1) + ".block" + i;
        blocks.add(layer(
            architecture,
            name,
            layer,
            state,
            out,
            stride,
            residual,
            i == depth - 1 ? stage + 1 : 0));
        state = out;
        layer++;
      }
    }
    Unit last = pointwise(
        architecture,
        "last",
        PREFIX + "conv_1x1.",
        features(architecture),
        activation(architecture));
    return layout(
        architecture, blocks.build(), new Head(last, null, "classifier", classes(architecture)));
  }

  private static boolean small(Architecture architecture) {
    return architecture.word("stem-window").equals("cifar");
  }

  private static int stride(Architecture architecture, int stage) {
    return stage == 0 && small(architecture) ? 1 : STRIDES[stage];
  }

  private static Axis features(Architecture architecture) {
    double width = architecture.number("features");
    boolean kept = architecture.word("narrow-features").equals("kept")
        && architecture.number("multiplier") < 1;
    return Axis.of("features", kept ? (int) width : rounded(architecture, width));
  }

  private static Block stem(Architecture architecture, Axis out) {
    String stem = PREFIX + "conv_stem.";
    Activation activation = activation(architecture);
    Axis wide = Axis.of("stem", rounded(architecture, architecture.number("stem")));
    Units units = new Units(architecture);
    Unit first = units.unit(
        "convolution",
        stem + "first_conv.convolution",
        stem + "first_conv.normalization",
        wide,
        3,
        small(architecture) ? 1 : 2,
        false,
        activation);
    ImmutableList.Builder<Unit> rest = ImmutableList.builder();
    if (architecture.word("first-block").equals("expanded")) {
      wide = Axis.of("stem.expanded", Math.toIntExact(wide.length()));
      rest.add(pointwise(architecture, "expand", stem + "expand_1x1.", wide, activation));
    }
    rest.add(
        units.unit(
            "depthwise",
            stem + "conv_3x3.convolution",
            stem + "conv_3x3.normalization",
            wide,
            3,
            1,
            true,
            activation),
        pointwise(architecture, "project", stem + "reduce_1x1.", out, Activation.NONE));
    return new Block(
        "stem",
        ImmutableList.of(
            new Part("first", ImmutableList.of(first), null, false),
            new Part("second", rest.build(), null, false)),
        0);
  }

  private static Block layer(
      Architecture architecture,
      String name,
      int layer,
      Axis in,
      Axis out,
      int stride,
      boolean residual,
      int stage) {
    String prefix = PREFIX + "layer." + layer + ".";
    Activation activation = activation(architecture);
    Axis wide = Axis.of(name + ".expanded", expanded(architecture, in.length(), layer));
    Unit expand = pointwise(architecture, "expand", prefix + "expand_1x1.", wide, activation);
    Unit depthwise = new Units(architecture)
        .unit(
            "depthwise",
            prefix + "conv_3x3.convolution",
            prefix + "conv_3x3.normalization",
            wide,
            architecture.integer("kernel", layer),
            stride,
            true,
            activation);
    Unit project = pointwise(architecture, "project", prefix + "reduce_1x1.", out, Activation.NONE);
    return new Block(
        name,
        ImmutableList.of(
            new Part("", ImmutableList.of(expand, depthwise, project), null, residual)),
        stage);
  }

  private static Unit pointwise(
      Architecture architecture, String label, String prefix, Axis out, Activation activation) {
    return new Units(architecture)
        .unit(
            label, prefix + "convolution", prefix + "normalization", out, 1, 1, false, activation);
  }
}
