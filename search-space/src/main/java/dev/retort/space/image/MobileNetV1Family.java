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
import java.util.Map;

/**
 * MobileNetV1 (Howard et al., arXiv 1704.04861): a convolution and depthwise separable ones.
 *
 * <p>Dimensions beside those of {@link MobileFamily}: {@code stem} 32 and {@code width}
 * 64/128/256/512/1024 planes, {@code depth} 1/2/2/6/2, {@code multiplier}, which widths are
 * multiplied with and rounded down, but not below {@code least-width}; {@code activation}. Names of
 * tensors are Hugging Face's (MobileNetV1ForImageClassification). Blocks: {@code stem}, {@code
 * stage1.block0} to {@code stage5.block1}, {@code head}.
 */
public final class MobileNetV1Family extends MobileFamily {
  /** The family. */
  public static final MobileNetV1Family MOBILENET_V1 = new MobileNetV1Family();

  private static final int STAGES = 5;
  private static final String PREFIX = "mobilenet_v1.";

  private MobileNetV1Family() {
    super(
        "mobilenet-v1",
        with(ImmutableList.of(
            stages("depth", 1, 1, 2, 2, 6, 2),
            Property.decimal("multiplier", Scope.NETWORK, 1, Double.MIN_VALUE),
            stages("width", 1, 64, 128, 256, 512, 1024),
            Property.integer("kernel", Scope.LAYER, 3, 1),
            Property.integer("stem", 32, 1),
            Property.integer("least-width", 8, 1),
            Property.word("activation", "relu6", "relu"))));
  }

  @Override
  int stages(Map<String, Value> values) {
    return STAGES;
  }

  @Override
  void check(Map<String, Value> values) {
    for (int stage = 0; stage < STAGES; stage++) {
      checkScaled("width", at(values, "width", stage) * at(values, "multiplier", 0));
    }
    checkScaled("stem", at(values, "stem", 0) * at(values, "multiplier", 0));
  }

  @Override
  MobileLayout write(Architecture architecture) {
    Units units = new Units(architecture);
    Activation activation = activation(architecture);
    Axis state = Axis.of("stem", planes(architecture, architecture.number("stem")));
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    String stem = PREFIX + "conv_stem.";
    blocks.add(new Block(
        "stem",
        ImmutableList.of(new Part(
            "",
            ImmutableList.of(units.unit(
                "convolution",
                stem + "convolution",
                stem + "normalization",
                state,
                3,
                2,
                false,
                activation)),
            null,
            false)),
        0));
    int layer = 0;
    for (int stage = 0; stage < STAGES; stage++) {
      int depth = architecture.integer("depth", stage);
      int planes = planes(architecture, architecture.number("width", stage));
      for (int i = 0; i < depth; i++) {
        String name = "stage" + (stage + 1) + ".block" + i;
        String depthwise = PREFIX + "layer." + 2 * layer + ".";
        String pointwise = PREFIX + "layer." + (2 * layer + 1) + ".";
        Axis out = Axis.of(name, planes);
        blocks.add(new Block(
            name,
            ImmutableList.of(new Part(
                "",
                ImmutableList.of(
                    units.unit(
                        "depthwise",
                        depthwise + "convolution",
                        depthwise + "normalization",
                        state,
                        architecture.integer("kernel", layer),
                        i == 0 && stage > 0 ? 2 : 1,
                        true,
                        activation),
                    units.unit(
                        "pointwise",
                        pointwise + "convolution",
                        pointwise + "normalization",
                        out,
                        1,
                        1,
                        false,
                        activation)),
                null,
                false)),
            i == depth - 1 ? stage + 1 : 0));
        state = out;
        layer++;
      }
    }
    return layout(
        architecture, blocks.build(), new Head(null, null, "classifier", classes(architecture)));
  }

  @Override
  public int width(Architecture architecture, int stage) {
    return planes(architecture, architecture.number("width", stage));
  }

  private static int planes(Architecture architecture, double width) {
    return Math.max(
        (int) (width * architecture.number("multiplier")), architecture.integer("least-width"));
  }
}
