package dev.retort.space.image;

import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.image.ImagePlan.Feature;

/** Writes the blueprint of a wide residual network. */
final class WideResNetBlueprint {
  private final Architecture architecture;
  private final ImagePlan plan;

  WideResNetBlueprint(Architecture architecture) {
    this.architecture = architecture;
    this.plan = new ImagePlan(architecture);
  }

  Backbone.Trunk trunk() {
    body();
    return plan.trunk();
  }

  private Feature body() {
    WideResNetPlan network = WideResNetPlan.of(architecture);
    Feature state =
        plan.input(architecture.integer("channels"), architecture.integer("resolution"));
    state = convolution("stem", "conv", "conv1", state, network.stem(), WideResNetPlan.PLAIN);
    for (WideResNetPlan.Block block : network.blocks()) {
      state = block(block, state);
      if (block.last()) {
        plan.endStage(block.name(), state);
      }
    }
    return state;
  }

  Blueprint build() {
    Feature state = body();
    int classes = architecture.integer("classes");
    if (classes > 0) {
      state = activated("head", "norm", "bn1", state);
      Feature mean = plan.globalAverage("head", "average", state);
      plan.linear("head", "classifier", "fc", mean, Axis.of("classes", classes), true);
    }
    return plan.build();
  }

  private Feature block(WideResNetPlan.Block block, Feature in) {
    String name = block.name();
    Feature before = activated(name, "norm1", block.prefix() + "bn1", in);
    Feature state =
        convolution(name, "conv1", block.prefix() + "conv1", before, block.inner(), block.first());
    state = activated(name, "norm2", block.prefix() + "bn2", state);
    state = convolution(
        name, "conv2", block.prefix() + "conv2", state, block.out(), WideResNetPlan.PLAIN);
    Feature shortcut = in;
    if (block.projected()) {
      String tensor = block.prefix() + "convShortcut";
      shortcut = convolution(name, "shortcut", tensor, before, block.out(), block.shortcut());
    }
    return plan.elementwise(name, "sum", block.out(), state.side(), state, shortcut);
  }

  private Feature convolution(
      String block, String label, String tensor, Feature in, Axis out, Window window) {
    return plan.convolution(block, label, tensor, in, out, window, 1, false);
  }

  private Feature activated(String block, String label, String tensor, Feature in) {
    Feature normed = plan.batchNorm(block, label, tensor, in);
    return plan.elementwise(block, label + "-relu", in.planes(), in.side(), normed);
  }
}
