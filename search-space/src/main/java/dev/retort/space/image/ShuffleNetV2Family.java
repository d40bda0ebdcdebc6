package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Blueprint;
import dev.retort.space.Property;
import dev.retort.space.Scope;
import dev.retort.space.Value;
import java.util.Map;

/**
 * ShuffleNetV2 (Ma et al., ECCV 2018): half of the planes pass each layer untouched, and the two
 * halves are shuffled.
 *
 * <p>Dimensions: {@code depth} 4/8/4 and {@code width} 116/232/464 planes by stage, which are even;
 * {@code kernel} 3 by layer; {@code stem} 24 and {@code features} 1024 planes of the first and last
 * convolution; {@code stem-window}: {@code imagenet} takes every second pixel and then the largest
 * of 3 x 3 of every second, {@code cifar} takes all; {@code left}: how many planes the first layer
 * of a stage gives on the left, {@code half} of the stage's (torchvision) or {@code kept}, as many
 * as it is given (the authors' code, whose order of planes is another one); {@code channels},
 * {@code resolution}, {@code classes} (0: a network without classifier), {@code norm-epsilon}.
 * Names of tensors are torchvision's, whose stages count from 2. Blocks: {@code stem}, {@code
 * stage1.block0} to {@code stage3.block3}, {@code head}.
 */
public final class ShuffleNetV2Family extends StagedFamily implements Backbone {
  /** The family. */
  public static final ShuffleNetV2Family SHUFFLENET_V2 = new ShuffleNetV2Family();

  private static final int STAGES = 3;

  private ShuffleNetV2Family() {
    super(
        "shufflenet-v2",
        ImmutableList.of(
            stages("depth", 1, 4, 8, 4),
            stages("width", 2, 116, 232, 464),
            Property.integer("kernel", Scope.LAYER, 3, 1),
            Property.integer("stem", 24, 1),
            Property.integer("features", 1024, 1),
            Property.word("stem-window", "imagenet", "cifar"),
            Property.word("left", "half", "kept"),
            Property.integer("channels", 3, 1),
            Property.integer("resolution", 224, 1),
            Property.integer("classes", 1000, 0),
            Property.decimal("norm-epsilon", Scope.NETWORK, 1e-5, 0)));
  }

  @Override
  int stages(Map<String, Value> values) {
    return STAGES;
  }

  @Override
  void check(Map<String, Value> values) {
    boolean kept = Value.of("kept").equals(values.get("left"));
    double before = at(values, "stem", 0);
    for (int stage = 0; stage < STAGES; stage++) {
      double width = at(values, "width", stage);
      if (kept && width <= before) {
        throw new IllegalArgumentException("With left=kept every stage must be wider than what it"
            + " is given, not (" + Value.of(width) + ") after (" + Value.of(before) + ")");
      }
      before = width;
      if (width % 2 != 0) {
        throw new IllegalArgumentException(
            "width must be even, as halves go apart, not (" + Value.of(width) + ")");
      }
    }
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    return new ShuffleNetV2Blueprint(architecture).write();
  }

  @Override
  public Trunk trunk(Architecture architecture) {
    return new ShuffleNetV2Blueprint(architecture).trunk();
  }

  /** Halves are told apart by place, and shuffled; what lies inside a layer may be sorted. */
  @Override
  public boolean isSortable(Architecture architecture, String axis) {
    return axis.endsWith(".inner") || axis.equals("features");
  }

  /** Names do not depend on depth: stage and layer stand in them. */
  @Override
  public String source(String tensor, Architecture sub, Architecture full) {
    return tensor;
  }
}
