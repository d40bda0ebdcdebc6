package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Blueprint;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import dev.retort.space.Property;
import dev.retort.space.Scope;
import dev.retort.space.Value;
import org.jspecify.annotations.Nullable;

/**
 * Residual networks (He et al., CVPR 2016), those for CIFAR and those for ImageNet, with wide
 * bottlenecks (Zagoruyko and Komodakis, BMVC 2016).
 *
 * <p>By stage:
 *
 * <ul>
 *   <li>{@code depth}: its blocks. {@code width}: the planes that they give, in bottlenecks before
 *       {@code expansion}. Both are lists, whose length is the number of stages; a single number
 *       may be given where the other is a list, or where {@code stages} says how many there are.
 *   <li>{@code scale}: the part of the width that there is, rounded to whole planes; it is gone
 *       from the canonical form. Spaces vary it where stages are of different widths.
 *   <li>{@code inner}: planes inside a block over {@code width}; 1 by default, 2 in wide_resnet50_2
 *       (torchvision's width-per-group 128), four times once-for-all's expand ratio.
 * </ul>
 *
 * <p>Of the network: {@code block} is {@code basic} (two 3x3 convolutions) or {@code bottleneck}
 * (1x1, 3x3, 1x1); {@code expansion}: planes that a bottleneck gives over {@code width}, 4; {@code
 * stem}: {@code cifar} is a 3x3 convolution, {@code imagenet} a 7x7 one of stride 2 and a maximum
 * pooling; {@code stem-width}: its planes, by default the first stage's width (spaces that vary
 * that leave it out: the first shortcut of a basic block is then the identity in every member);
 * {@code shortcut}: where a block changes planes or resolution, {@code projection} is a 1x1
 * convolution with batch norm, {@code padding} takes every second pixel and pads the planes with
 * zeros, half of them on either side, the smaller half first (option A); {@code downsample}: which
 * convolution of a bottleneck has the stride, {@code 3x3} (torchvision, Hugging Face's default) or
 * {@code 1x1} (the paper); {@code first-stride}: stride of the first stage, 1; {@code resolution},
 * 32; {@code channels}, 3; {@code classes}, 10 (0: no head); {@code norm-epsilon}, 1e-5.
 *
 * <p>A sub-network keeps the first blocks of each stage, as the first one has the stride
 * (once-for-all, ICLR 2020), and the first planes of each width.
 */
public final class ResNetFamily implements Backbone {
  /** The family. */
  public static final ResNetFamily RESNET = new ResNetFamily();

  private static final double STANDARD_EXPANSION = 4;

  private static final ImmutableList<Property> PROPERTIES = ImmutableList.of(
      Property.integer("stages", Scope.NETWORK),
      Property.integer("depth", Scope.STAGE),
      Property.integer("width", Scope.STAGE),
      Property.decimal("scale", Scope.STAGE),
      Property.word("block", "basic", "bottleneck"),
      Property.decimal("inner", Scope.STAGE, 1, Double.MIN_VALUE),
      Property.integer("expansion", (long) STANDARD_EXPANSION, 1),
      Property.word("stem", "cifar", "imagenet"),
      Property.integer("stem-width", Scope.NETWORK),
      Property.word("shortcut", "projection", "padding"),
      Property.word("downsample", "3x3", "1x1"),
      Property.integer("first-stride", 1, 1),
      Property.integer("resolution", 32, 1),
      Property.integer("channels", 3, 1),
      Property.integer("classes", 10, 0),
      Property.decimal("norm-epsilon", Scope.NETWORK, 1e-5, 0));

  private ResNetFamily() {}

  @Override
  public String name() {
    return "resnet";
  }

  @Override
  public ImmutableList<Property> properties() {
    return PROPERTIES;
  }

  @Override
  public ImmutableMap<String, Value> canonical(ImmutableMap<String, Value> values) {
    StageLists lists = StageLists.of(name(), values);
    lists.join("inner");
    lists.putIfAbsent("stem-width", lists.at("width", 0));
    lists.checkPlanes("stem-width", lists.at("stem-width", 0));
    boolean bottleneck = lists.word("block").equals("bottleneck");
    if (!bottleneck && lists.at("expansion", 0) != STANDARD_EXPANSION) {
      throw new IllegalArgumentException("expansion (" + lists.find("expansion")
          + ") belongs to bottlenecks: leave it out or set block=bottleneck");
    }
    if (!bottleneck && lists.word("downsample").equals("1x1")) {
      throw new IllegalArgumentException(
          "downsample=1x1 belongs to bottlenecks: leave it out or set block=bottleneck");
    }
    double expansion = bottleneck ? lists.at("expansion", 0) : 1;
    double before = lists.at("stem-width", 0);
    for (int stage = 0; stage < lists.stages(); stage++) {
      double width = lists.at("width", stage);
      lists.checkPlanes("width times expansion", width * expansion);
      lists.checkPlanes("width times inner", width * lists.at("inner", stage));
      if (lists.word("shortcut").equals("padding") && width * expansion < before) {
        throw new IllegalArgumentException("shortcut=padding cannot take planes away: stage "
            + (stage + 1) + " gives (" + Value.of(width * expansion) + ") planes after ("
            + Value.of(before) + "): use shortcut=projection or a larger width");
      }
      before = width * expansion;
    }
    return lists.canonical();
  }

  /** Null for {@code scale} and {@code stages}: the canonical form has what they came to. */
  @Override
  public @Nullable Value value(Architecture architecture, String dimension) {
    return architecture.values().get(dimension);
  }

  @Override
  public int layers(Architecture architecture) {
    return Stages.blocks(architecture);
  }

  @Override
  public int stages(Architecture architecture) {
    return Stages.count(architecture);
  }

  @Override
  public int width(Architecture architecture, int stage) {
    return ResNetPlan.given(architecture, stage);
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    return new ResNetBlueprint(architecture).build();
  }

  @Override
  public long parameters(Architecture architecture) {
    return ResNetCost.parameters(architecture);
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    return ResNetCost.of(architecture, input.batch());
  }

  /** Padded shortcuts add a plane to one at another place: only a block's own planes may move. */
  @Override
  public boolean isSortable(Architecture architecture, String axis) {
    return architecture.word("shortcut").equals("projection") || axis.contains(".block");
  }

  @Override
  public Trunk trunk(Architecture architecture) {
    return new ResNetBlueprint(architecture).trunk();
  }

  /** The tensor of that name: the first blocks of each stage are those of the larger network. */
  @Override
  public String source(String tensor, Architecture sub, Architecture full) {
    return tensor;
  }
}
