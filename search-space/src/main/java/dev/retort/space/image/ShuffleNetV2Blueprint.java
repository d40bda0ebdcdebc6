package dev.retort.space.image;

import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.image.ImagePlan.Feature;

/** Writes the blueprint of one ShuffleNetV2, in the order of torchvision's state dict. */
final class ShuffleNetV2Blueprint {
  private final Architecture architecture;
  private final ImagePlan plan;

  ShuffleNetV2Blueprint(Architecture architecture) {
    this.architecture = architecture;
    this.plan = new ImagePlan(architecture);
  }

  Blueprint write() {
    head(body());
    return plan.build();
  }

  Backbone.Trunk trunk() {
    body();
    return plan.trunk();
  }

  private Feature body() {
    Feature state = stem();
    int layer = 0;
    for (int stage = 0; stage < architecture.family().stages(architecture); stage++) {
      int half = architecture.integer("width", stage) / 2;
      int depth = architecture.integer("depth", stage);
      for (int i = 0; i < depth; i++) {
        String block = "stage" + (stage + 1) + ".block" + i;
        String prefix = "stage" + (stage + 2) + "." + i + ".";
        int kernel = architecture.integer("kernel", layer);
        state = i == 0
            ? first(block, prefix, state, half, kernel)
            : next(block, prefix, state, half, kernel);
        layer++;
      }
      plan.endStage("stage" + (stage + 1) + ".block" + (depth - 1), state);
    }
    return state;
  }

  private Feature stem() {
    Feature image =
        plan.input(architecture.integer("channels"), architecture.integer("resolution"));
    boolean imageNet = architecture.word("stem-window").equals("imagenet");
    Axis planes = Axis.of("stem", architecture.integer("stem"));
    Feature state = unit(
        "stem",
        "convolution",
        "conv1.",
        0,
        image,
        planes,
        Window.centred(3, imageNet ? 2 : 1),
        false,
        true);
    return imageNet
        ? plan.elementwise("stem", "pool", planes, Window.centred(3, 2).over(state.side()), state)
        : state;
  }

  /** The layer that halves the sides: both halves see all planes. */
  private Feature first(String block, String prefix, Feature in, int half, int kernel) {
    String left = prefix + "branch1.";
    Feature one = unit(
        block, "left-depthwise", left, 0, in, in.planes(), Window.centred(kernel, 2), true, false);
    boolean kept = architecture.word("left").equals("kept");
    int planes = kept ? Math.toIntExact(in.planes().length()) : half;
    one = unit(
        block,
        "left-pointwise",
        left,
        2,
        one,
        Axis.of(block + ".left", planes),
        Window.point(),
        false,
        true);
    Feature two =
        branch(block, prefix + "branch2.", in, half, 2 * half - planes, Window.centred(kernel, 2));
    return joined(block, one, two, half);
  }

  private Feature next(String block, String prefix, Feature in, int half, int kernel) {
    Feature one = plan.elementwise(block, "left", Axis.of(block + ".left", half), in.side(), in);
    Feature two = plan.elementwise(block, "right", Axis.of(block + ".read", half), in.side(), in);
    two = branch(block, prefix + "branch2.", two, half, half, Window.centred(kernel, 1));
    return joined(block, one, two, half);
  }

  private Feature branch(
      String block, String tensor, Feature in, int middle, int planes, Window window) {
    Axis inner = Axis.of(block + ".inner", middle);
    Feature state = unit(block, "expand", tensor, 0, in, inner, Window.point(), false, true);
    state = unit(block, "depthwise", tensor, 3, state, inner, window, true, false);
    Axis out = Axis.of(block + ".right", planes);
    return unit(block, "project", tensor, 5, state, out, Window.point(), false, true);
  }

  private Feature joined(String block, Feature one, Feature two, int half) {
    return plan.elementwise(
        block, "shuffle", Axis.of(block + ".shuffled", 2 * half), one.side(), one, two);
  }

  private void head(Feature in) {
    Axis features = Axis.of("features", architecture.integer("features"));
    Feature state = unit("head", "last", "conv5.", 0, in, features, Window.point(), false, true);
    state = plan.globalAverage("head", "mean", state);
    int classes = architecture.integer("classes");
    if (classes > 0) {
      plan.linear("head", "classifier", "fc", state, Axis.of("classes", classes), true);
    }
  }

  /** A convolution, its normalisation, whose number is the next one, and perhaps a ReLU. */
  private Feature unit(
      String block,
      String label,
      String tensor,
      int number,
      Feature in,
      Axis out,
      Window window,
      boolean depthwise,
      boolean relu) {
    int groups = depthwise ? Math.toIntExact(in.planes().length()) : 1;
    Feature state = plan.convolution(block, label, tensor + number, in, out, window, groups, false);
    state = plan.batchNorm(block, label + "-norm", tensor + (number + 1), state);
    return relu ? plan.elementwise(block, label + "-relu", out, state.side(), state) : state;
  }
}
