package dev.retort.space.image;

import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.image.ImagePlan.Feature;

/** Writes the blueprint of a VGG network. */
final class VggBlueprint {
  private final Architecture architecture;
  private final ImagePlan plan;

  VggBlueprint(Architecture architecture) {
    this.architecture = architecture;
    this.plan = new ImagePlan(architecture);
  }

  Backbone.Trunk trunk() {
    body();
    return plan.trunk();
  }

  Blueprint build() {
    Feature state = body();
    if (architecture.integer("classes") > 0) {
      head(state);
    }
    return plan.build();
  }

  private Feature body() {
    Feature state =
        plan.input(architecture.integer("channels"), architecture.integer("resolution"));
    for (VggPlan.Block block : VggPlan.of(architecture).blocks()) {
      state = block(block, state);
      if (block.last()) {
        plan.endStage(block.name(), state);
      }
    }
    return state;
  }

  private Feature block(VggPlan.Block block, Feature in) {
    Feature state = block.pooled() ? pool(block.name(), in) : in;
    Convolved unit = block.convolution();
    state = plan.convolution(
        block.name(),
        unit.label(),
        unit.convolution(),
        state,
        unit.planes(),
        unit.window(),
        1,
        true);
    if (!unit.norm().isEmpty()) {
      state = plan.batchNorm(block.name(), "norm", unit.norm(), state);
    }
    return relu(block.name(), "relu", state);
  }

  private void head(Feature in) {
    int side = architecture.integer("head-side");
    int planes = Math.toIntExact(in.planes().length());
    Feature state = pool("head", in);
    // Each plane's pixels follow each other: a narrower network takes the first planes whole.
    Axis pixels = new Axis(in.planes().name(), planes, side * side);
    state = plan.elementwise("head", "average", side == 1 ? in.planes() : pixels, 1, state);
    Axis first = Axis.of("head.0", architecture.integer("head-width"));
    Axis second = Axis.of("head.1", architecture.integer("head-width"));
    Axis classes = Axis.of("classes", architecture.integer("classes"));
    state = plan.linear("head", "linear0", VggPlan.HEAD.get(0), state, first, true);
    state = plan.linear("head", "linear1", VggPlan.HEAD.get(1), relu(state, 0), second, true);
    plan.linear("head", "classifier", VggPlan.HEAD.get(2), relu(state, 1), classes, true);
  }

  private Feature relu(Feature in, int index) {
    return relu("head", "relu" + index, in);
  }

  private Feature relu(String block, String label, Feature in) {
    return plan.elementwise(block, label, in.planes(), in.side(), in);
  }

  private Feature pool(String block, Feature in) {
    return plan.elementwise(block, "pool", in.planes(), VggPlan.POOL.over(in.side()), in);
  }
}
