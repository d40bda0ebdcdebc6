package dev.retort.space.image;

import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.image.ImagePlan.Feature;

/** Writes the blueprint of a residual network. */
final class ResNetBlueprint {
  private final Architecture architecture;
  private final ResNetPlan network;
  private final ImagePlan plan;

  ResNetBlueprint(Architecture architecture) {
    this.architecture = architecture;
    this.network = ResNetPlan.of(architecture);
    this.plan = new ImagePlan(architecture);
  }

  Backbone.Trunk trunk() {
    body();
    return plan.trunk();
  }

  Blueprint build() {
    Feature state = body();
    int classes = architecture.integer("classes");
    if (classes > 0) {
      Feature mean = plan.globalAverage("head", "average", state);
      plan.linear(
          "head", "classifier", network.classifier(), mean, Axis.of("classes", classes), true);
    }
    return plan.build();
  }

  private Feature body() {
    Feature state = stem();
    for (ResidualPlan block : network.blocks()) {
      state = block(block, state);
      if (block.last()) {
        plan.endStage(block.name(), state);
      }
    }
    return state;
  }

  private Feature stem() {
    Feature state =
        plan.input(architecture.integer("channels"), architecture.integer("resolution"));
    state = relu("stem", "relu", convolved("stem", network.stem(), state));
    if (!network.pooled()) {
      return state;
    }
    return plan.elementwise(
        "stem", "pool", state.planes(), ResNetPlan.POOL.over(state.side()), state);
  }

  private Feature block(ResidualPlan block, Feature in) {
    Feature shortcut = in;
    Convolved projection = block.projection();
    if (projection != null) {
      shortcut = convolved(block.name(), projection, in);
    } else if (block.stride() != 1 || block.in().length() != block.out().length()) {
      int side = new Window(1, block.stride(), Window.Padding.NONE).over(in.side());
      shortcut = plan.elementwise(block.name(), "shortcut", block.out(), side, in);
    }
    Feature state = in;
    for (Convolved each : block.way()) {
      state = convolved(block.name(), each, state);
      if (each != block.way().get(block.way().size() - 1)) {
        state = relu(block.name(), each.label() + "-relu", state);
      }
    }
    state = plan.elementwise(block.name(), "sum", block.out(), state.side(), state, shortcut);
    return relu(block.name(), "relu", state);
  }

  private Feature convolved(String block, Convolved unit, Feature in) {
    Feature state = plan.convolution(
        block, unit.label(), unit.convolution(), in, unit.planes(), unit.window(), 1, false);
    return plan.batchNorm(block, unit.label() + "-norm", unit.norm(), state);
  }

  private Feature relu(String block, String label, Feature in) {
    return plan.elementwise(block, label, in.planes(), in.side(), in);
  }
}
