package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Blueprint;
import dev.retort.space.Property;
import dev.retort.space.Scope;
import dev.retort.space.Value;

/**
 * Networks of plain 3x3 convolutions (Simonyan and Zisserman, ICLR 2015), with batch normalisation
 * or without.
 *
 * <p>Dimensions: {@code depth} (convolutions), {@code width}, {@code scale} and {@code stages} by
 * stage as in {@link ResNetFamily}; {@code norm}: {@code batch} or {@code none}; {@code head-side}:
 * the head averages the planes to so many pixels a side, 1 (7 for ImageNet); {@code head-width}:
 * planes of its two hidden layers, 512 (4096 for ImageNet); {@code resolution}, 32; {@code
 * channels}, 3; {@code classes}, 10 (0: no head); {@code norm-epsilon}, 1e-5.
 *
 * <p>A maximum pooling stands before each stage but the first, as the first thing of its first
 * block, and one more in the head.
 */
public final class VggFamily implements Backbone {
  /** The family. */
  public static final VggFamily VGG = new VggFamily();

  private static final int MOST_HEAD_SIDE = 64;

  private static final ImmutableList<Property> PROPERTIES = ImmutableList.of(
      Property.integer("stages", Scope.NETWORK),
      Property.integer("depth", Scope.STAGE),
      Property.integer("width", Scope.STAGE),
      Property.decimal("scale", Scope.STAGE),
      Property.word("norm", "batch", "none"),
      Property.integer("head-side", 1, 1),
      Property.integer("head-width", 512, 1),
      Property.integer("resolution", 32, 1),
      Property.integer("channels", 3, 1),
      Property.integer("classes", 10, 0),
      Property.decimal("norm-epsilon", Scope.NETWORK, 1e-5, 0));

  private VggFamily() {}

  @Override
  public String name() {
    return "vgg";
  }

  @Override
  public ImmutableList<Property> properties() {
    return PROPERTIES;
  }

  @Override
  public ImmutableMap<String, Value> canonical(ImmutableMap<String, Value> values) {
    StageLists lists = StageLists.of(name(), values);
    lists.checkPlanes("head-width", lists.at("head-width", 0));
    if (lists.at("head-side", 0) > MOST_HEAD_SIDE) {
      throw new IllegalArgumentException(
          "head-side can be at most " + MOST_HEAD_SIDE + ", not (" + lists.find("head-side") + ")");
    }
    double pixels = lists.at("resolution", 0);
    if (pixels < Math.pow(2, lists.stages())) {
      throw new IllegalArgumentException("resolution (" + Value.of(pixels)
          + ") is too small for " + lists.stages() + " stages, each of which halves it: use at"
          + " least " + Value.of(Math.pow(2, lists.stages())));
    }
    return lists.canonical();
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
  public Blueprint blueprint(Architecture architecture) {
    return new VggBlueprint(architecture).build();
  }

  @Override
  public Trunk trunk(Architecture architecture) {
    return new VggBlueprint(architecture).trunk();
  }

  /**
   * The tensor of the same convolution of the same stage. Its name differs: torchvision numbers
   * what is in a network throughout.
   */
  @Override
  public String source(String tensor, Architecture sub, Architecture full) {
    VggPlan from = VggPlan.of(sub);
    VggPlan to = VggPlan.of(full);
    for (VggPlan.Block block : from.blocks()) {
      VggPlan.Block same = to.find(block.name());
      if (same == null) {
        continue;
      }
      if (tensor.startsWith(block.convolution().convolution() + ".")) {
        return renamed(
            tensor, block.convolution().convolution(), same.convolution().convolution());
      }
      String norm = block.convolution().norm();
      if (!norm.isEmpty() && tensor.startsWith(norm + ".")) {
        return renamed(tensor, norm, same.convolution().norm());
      }
    }
    return tensor;
  }

  private static String renamed(String tensor, String from, String to) {
    return to + tensor.substring(from.length());
  }
}
