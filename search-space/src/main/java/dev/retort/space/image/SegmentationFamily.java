package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.Property;
import dev.retort.space.Value;
import dev.retort.space.image.ImagePlan.Feature;
import java.util.Map;

/**
 * Segmentation over the stages of any backbone (of a Transformer, over the patches of its last
 * layer) by a small top-down decoder (Lin et al., Feature pyramid networks, CVPR 2017): each
 * stage's planes become {@code decoder} (64) planes by a 1x1 convolution; from the last stage on
 * they are enlarged bilinearly to the one before and added; a 3x3 convolution and an activation
 * follow, a 1x1 convolution gives a plane of logits for each of {@code regions} (2; 1: foreground
 * against the rest), which is enlarged to the image.
 */
public final class SegmentationFamily extends HeadedFamily {
  /** What the names of the decoder's tensors begin with. */
  public static final String DECODER = "decoder.";

  /** The window of the convolution over the sum. */
  public static final Window SMOOTH = Window.centred(3, 1);

  private final Backbone stages;

  /** Segmentation over a family. */
  public SegmentationFamily(Backbone backbone) {
    super(
        backbone,
        "segmentation",
        Property.integer("regions", 2, 1),
        Property.integer("decoder", 64, 1));
    this.stages = backbone;
  }

  @Override
  int classes(Map<String, Value> values) {
    return 0;
  }

  @Override
  boolean isOfHead(String tensor) {
    return tensor.startsWith(DECODER);
  }

  /** What the decoder reads, the first stage first. */
  public ImmutableList<Backbone.Stage> read(Architecture architecture) {
    return stages.trunk(backbone(architecture)).stages();
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    ImagePlan plan = new ImagePlan(architecture);
    Backbone.Trunk trunk = stages.trunk(backbone(architecture));
    trunk.tensors().forEach(plan::tensor);
    trunk.operations().forEach(plan::operation);
    Axis planes = Axis.of("decoder", architecture.integer("decoder"));
    ImmutableList<Backbone.Stage> features = trunk.stages();
    int last = features.size() - 1;
    Feature state = lateral(plan, last, features.get(last).feature(), planes);
    for (int stage = last - 1; stage >= 0; stage--) {
      Feature lateral = lateral(plan, stage, features.get(stage).feature(), planes);
      state = enlarged(plan, "enlarged" + stage, state, lateral.side());
      state = plan.elementwise("head", "sum" + stage, planes, lateral.side(), state, lateral);
    }
    Axis smooth = Axis.of("decoder.smooth", architecture.integer("decoder"));
    state = plan.convolution("head", "smooth", DECODER + "smooth", state, smooth, SMOOTH, 1, true);
    state = plan.elementwise("head", "relu", smooth, state.side(), state);
    Axis regions = Axis.of("regions", architecture.integer("regions"));
    state = plan.convolution(
        "head", "classifier", DECODER + "classifier", state, regions, Window.point(), 1, true);
    enlarged(plan, "logits", state, architecture.integer("resolution"));
    return plan.build();
  }

  private static Feature lateral(ImagePlan plan, int stage, Feature in, Axis planes) {
    String name = "lateral" + stage;
    return plan.convolution("head", name, DECODER + name, in, planes, Window.point(), 1, true);
  }

  private static Feature enlarged(ImagePlan plan, String label, Feature in, int side) {
    return in.side() == side ? in : plan.elementwise("head", label, in.planes(), side, in);
  }
}
