package dev.retort.space.image;

import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.TensorSpec;
import dev.retort.space.image.ImagePlan.Feature;
import dev.retort.space.image.MobileLayout.Block;
import dev.retort.space.image.MobileLayout.Features;
import dev.retort.space.image.MobileLayout.Head;
import dev.retort.space.image.MobileLayout.Part;
import dev.retort.space.image.MobileLayout.Squeeze;
import dev.retort.space.image.MobileLayout.Unit;

/** Writes the blueprint of a network of the MobileNet line from its layout. */
final class MobileBlueprint {
  /** The smallest kernel that a matrix makes (Once for All, Cai et al., ICLR 2020). */
  private static final int SMALLEST_MADE = 3;

  private final MobileLayout layout;
  private final ImagePlan plan;

  private MobileBlueprint(Architecture architecture, MobileLayout layout) {
    this.layout = layout;
    this.plan = new ImagePlan(architecture);
  }

  static Blueprint of(Architecture architecture, MobileLayout layout) {
    return new MobileBlueprint(architecture, layout).write();
  }

  static Backbone.Trunk trunk(Architecture architecture, MobileLayout layout) {
    MobileBlueprint blueprint = new MobileBlueprint(architecture, layout);
    blueprint.body();
    return blueprint.plan.trunk();
  }

  private Blueprint write() {
    head(layout.head(), body());
    return plan.build();
  }

  private Feature body() {
    Feature state = plan.input(layout.channels(), layout.resolution());
    for (Block block : layout.blocks()) {
      for (Part part : block.parts()) {
        state = part(block.name(), part, state);
      }
      if (block.stage() > 0) {
        plan.endStage(block.name(), state);
      }
    }
    return state;
  }

  private Feature part(String block, Part part, Feature in) {
    Feature state = in;
    for (int i = 0; i < part.units().size(); i++) {
      Squeeze squeeze = part.squeeze();
      if (squeeze != null && i == part.units().size() - 1) {
        state = squeeze(block, part, squeeze, state);
      }
      state = unit(
          block,
          MobileLayout.label(part, part.units().get(i).label()),
          part.units().get(i),
          state);
    }
    return part.residual()
        ? plan.elementwise(
            block, MobileLayout.label(part, "sum"), state.planes(), state.side(), state, in)
        : state;
  }

  private Feature unit(String block, String label, Unit unit, Feature in) {
    int groups = unit.depthwise() ? Math.toIntExact(in.planes().length()) : 1;
    boolean folded = unit.normalization() == null;
    Feature state = plan.convolution(
        block, label, unit.convolution(), in, unit.out(), unit.window(), groups, folded);
    if (unit.depthwise() && layout.matrices()) {
      matrices(unit);
    }
    if (unit.normalization() != null) {
      state = plan.batchNorm(block, label + "-norm", unit.normalization(), state);
    }
    return activation(block, label, unit.activation(), state);
  }

  private Feature activation(String block, String label, Activation activation, Feature in) {
    return activation == Activation.NONE
        ? in
        : plan.elementwise(block, label + "-activation", in.planes(), in.side(), in);
  }

  /** A matrix for each step from a window to the one a pixel narrower on each side. */
  private void matrices(Unit unit) {
    for (int from = unit.window().size(); from - 2 >= SMALLEST_MADE; from -= 2) {
      int to = from - 2;
      Axis window = Axis.of("window" + to, to * to);
      String name = unit.convolution() + "." + from + "to" + to + "_matrix";
      plan.tensor(TensorSpec.of(name, TensorSpec.Role.TRANSFORM, window, window));
    }
  }

  private Feature squeeze(String block, Part part, Squeeze squeeze, Feature in) {
    String label = MobileLayout.label(part, "squeeze");
    String second = MobileLayout.label(part, "excite");
    Feature mean = plan.globalAverage(block, label + "-mean", in);
    Feature reduced = plan.convolution(
        block, label, squeeze.reduce(), mean, squeeze.squeezed(), Window.point(), 1, true);
    Feature active = activation(block, label, Activation.RELU, reduced);
    Feature scale = plan.convolution(
        block, second, squeeze.expand(), active, in.planes(), Window.point(), 1, true);
    Feature bounded = activation(block, second, Activation.HARD_SIGMOID, scale);
    return plan.elementwise(block, second + "-product", in.planes(), in.side(), in, bounded);
  }

  private void head(Head head, Feature in) {
    Unit last = head.last();
    Feature state = last == null ? in : unit("head", last.label(), last, in);
    state = plan.globalAverage("head", "mean", state);
    Features features = head.features();
    if (features != null) {
      state = plan.linear(
          "head", "features", features.tensor(), state, features.out(), features.bias());
      state = activation("head", "features", features.activation(), state);
    }
    if (head.classes() != null) {
      plan.linear("head", "classifier", head.classifier(), state, head.classes(), true);
    }
  }
}
