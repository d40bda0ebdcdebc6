package dev.retort.space.image;

import static java.lang.Math.addExact;
import static java.lang.Math.multiplyExact;

import dev.retort.space.Architecture;
import dev.retort.space.Cost;

/**
 * The sums over a residual network's blueprint as arithmetic on its dimensions, without names and
 * lists: a search asks for hundreds of thousands of costs. In a stage all blocks but the first are
 * alike, so two are looked at, however many there are.
 */
final class ResNetCost {
  private final Architecture architecture;
  private final boolean bottleneck;
  private final boolean padded;
  private final boolean early;

  private int side;
  private long planes;
  private long parameters;
  private long statistics;
  private long macs;
  private long peak;

  private ResNetCost(Architecture architecture) {
    this.architecture = architecture;
    this.bottleneck = architecture.word("block").equals("bottleneck");
    this.padded = architecture.word("shortcut").equals("padding");
    this.early = architecture.word("downsample").equals("1x1");
    this.side = architecture.integer("resolution");
    this.planes = architecture.integer("channels");
  }

  static long parameters(Architecture architecture) {
    return new ResNetCost(architecture).walk().parameters;
  }

  static Cost of(Architecture architecture, int batch) {
    ResNetCost cost = new ResNetCost(architecture).walk();
    return Cost.exact(
        cost.parameters,
        addExact(cost.parameters, cost.statistics),
        multiplyExact((long) batch, cost.macs),
        multiplyExact((long) batch, cost.peak));
  }

  private ResNetCost walk() {
    boolean imageNet = architecture.word("stem").equals("imagenet");
    Window stem = imageNet ? Window.centred(7, 2) : Window.centred(3, 1);
    unit(architecture.integer("stem-width"), stem, 1, 0);
    holds(2 * size());
    if (imageNet) {
      long before = size();
      side = ResNetPlan.POOL.over(side);
      holds(before + size());
    }
    for (int stage = 0; stage < architecture.family().stages(architecture); stage++) {
      int stride = stage == 0 ? architecture.integer("first-stride") : 2;
      block(stage, stride, 1);
      int more = architecture.integer("depth", stage) - 1;
      if (more > 0) {
        block(stage, 1, more);
      }
    }
    long classes = architecture.integer("classes");
    if (classes > 0) {
      parameters = addExact(parameters, (planes + 1) * classes);
      macs = addExact(macs, planes * classes);
      holds(Math.max(size() + planes, planes + classes));
    }
    return this;
  }

  /** So many equal blocks of a stage, the shortcut first, as the blueprint has it. */
  private void block(int stage, int stride, int times) {
    int out = ResNetPlan.given(architecture, stage);
    int inner =
        StageLists.part(architecture.integer("width", stage), architecture.number("inner", stage));
    boolean changes = stride != 1 || planes != out;
    long in = size();
    long beside = changes ? shortcut(out, stride, times) : 0;
    // The first convolution still has the block's input, which dies with it where nobody adds it.
    if (bottleneck) {
      unit(inner, new Window(1, early ? stride : 1, Window.Padding.NONE), times, in + beside);
    } else {
      unit(inner, Window.centred(3, stride), times, in + beside);
    }
    long held = changes ? beside : in;
    holds(held + 2 * size());
    if (bottleneck) {
      unit(inner, Window.centred(3, early ? 1 : stride), times, held + size());
      holds(held + 2 * size());
    }
    unit(out, bottleneck ? Window.point() : Window.centred(3, 1), times, held + size());
    holds(held + 2 * size());
  }

  /** Numbers that a shortcut gives which is not the identity. */
  private long shortcut(int out, int stride, int times) {
    Window window = new Window(1, stride, Window.Padding.NONE);
    long in = size();
    int sideBefore = side;
    long planesBefore = planes;
    if (padded) {
      side = window.over(side);
      planes = out;
      holds(in + size());
    } else {
      unit(out, window, times, in);
      holds(in + 2 * size());
    }
    long given = size();
    side = sideBefore;
    planes = planesBefore;
    return given;
  }

  /** A convolution and its normalisation, computed while so many other numbers are alive. */
  private void unit(int out, Window window, int times, long alive) {
    long weights = multiplyExact(planes * out, (long) window.size() * window.size());
    side = window.over(side);
    planes = out;
    parameters = addExact(parameters, multiplyExact(times, weights + 2L * out));
    statistics = addExact(statistics, multiplyExact(times, 2L * out));
    macs = addExact(macs, multiplyExact(multiplyExact(weights, (long) side * side), (long) times));
    holds(alive + size());
  }

  private void holds(long numbers) {
    peak = Math.max(peak, numbers);
  }

  /** Numbers of one example's planes. */
  private long size() {
    return planes * side * side;
  }
}
