package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.ImageBatch;
import dev.retort.space.Activation;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.Families;
import dev.retort.space.Family;
import dev.retort.space.Property;
import dev.retort.space.RandomStreams;
import dev.retort.space.Scope;
import dev.retort.space.Value;
import dev.retort.space.image.ImagePlan;
import dev.retort.space.image.ImagePlan.Feature;
import dev.retort.space.image.Window;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * A family as small as one can be that has what image networks have: batch normalisation, planes
 * that are added, planes of a block's own, a depthwise convolution. It stands here so that what
 * serves all families is tested without any one of them.
 */
public final class ToyImages implements Family, Families.Provider, Networks.Provider {
  private static final Window SMALL = Window.centred(3, 1);
  private static final float EPSILON = 1e-5f;

  @Override
  public ImmutableList<Family> families() {
    return ImmutableList.of(this);
  }

  @Override
  public ImmutableMap<String, Function<Architecture, ImmutableList<Block>>> blocks() {
    return ImmutableMap.of("toy", ToyImages::blocks);
  }

  @Override
  public String name() {
    return "toy";
  }

  @Override
  public ImmutableList<Property> properties() {
    return ImmutableList.of(
        Property.integer("layers", Scope.NETWORK),
        Property.integer("width", Scope.NETWORK),
        Property.integer("inner", Scope.LAYER),
        Property.integer("classes", 3, 1),
        Property.integer("resolution", 8, 1));
  }

  @Override
  public ImmutableMap<String, Value> canonical(ImmutableMap<String, Value> values) {
    return values;
  }

  @Override
  public int layers(Architecture architecture) {
    return architecture.integer("layers");
  }

  @Override
  public String source(String tensor, Architecture sub, Architecture full) {
    return tensor;
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    ImagePlan plan = new ImagePlan(architecture);
    Axis width = Axis.of("width", architecture.integer("width"));
    Feature state = plan.input(3, architecture.integer("resolution"));
    state = plan.convolution("stem", "conv", "stem.conv", state, width, SMALL, 1, false);
    state = plan.batchNorm("stem", "norm", "stem.norm", state);
    state = plan.elementwise("stem", "relu", width, state.side(), state);
    for (int i = 0; i < architecture.layers(); i++) {
      String block = "block." + i;
      Axis inner = Axis.of(block + ".inner", architecture.integer("inner", i));
      Feature x =
          plan.convolution(block, "up", block + ".up", state, inner, Window.point(), 1, true);
      int each = Math.toIntExact(inner.length());
      x = plan.convolution(block, "deep", block + ".deep", x, inner, SMALL, each, false);
      x = plan.batchNorm(block, "norm", block + ".norm", x);
      x = plan.elementwise(block, "relu", inner, x.side(), x);
      x = plan.convolution(block, "down", block + ".down", x, width, Window.point(), 1, false);
      state = plan.elementwise(block, "sum", width, x.side(), x, state);
    }
    Axis classes = Axis.of("classes", architecture.integer("classes"));
    Feature pooled = plan.globalAverage("head", "pool", state);
    plan.linear("head", "classifier", "classifier", pooled, classes, true);
    return plan.build();
  }

  private static ImmutableList<Block> blocks(Architecture architecture) {
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    blocks.add(new Toy("stem", false, ToyImages::stem));
    for (int i = 0; i < architecture.layers(); i++) {
      String name = "block." + i;
      blocks.add(new Toy(name, false, (x, pass) -> block(name, x, pass)));
    }
    blocks.add(new Toy(
        "head", true, (x, pass) -> pass.linear(pass.kernels().globalAverage(x), "classifier")));
    return blocks.build();
  }

  private static NDArray stem(NDArray x, Pass pass) {
    NDArray y = pass.batchNorm(pass.convolution(x, "stem.conv", SMALL, 1), "stem.norm", EPSILON);
    return pass.kernels().activate(y, Activation.RELU);
  }

  private static NDArray block(String name, NDArray x, Pass pass) {
    NDArray y = pass.convolution(x, name + ".up", Window.point(), 1);
    int inner = Math.toIntExact(y.getShape().get(1));
    y = pass.batchNorm(pass.convolution(y, name + ".deep", SMALL, inner), name + ".norm", EPSILON);
    y = pass.kernels().activate(y, Activation.RELU);
    return x.add(pass.convolution(y, name + ".down", Window.point(), 1));
  }

  private interface Step {
    NDArray of(NDArray x, Pass pass);
  }

  private record Toy(String name, boolean head, Step step) implements Block {
    @Override
    public ImmutableSet<Tap> taps() {
      return ImmutableSet.of();
    }

    @Override
    public NDArray forward(NDArray hidden, Pass pass) {
      return step.of(hidden, pass);
    }
  }

  /** Images drawn from a seed, with the classes 0, 1, 2 in turn. */
  static ImageBatch batch(NDManager manager, long seed, int size, int side) {
    RandomGenerator random = new RandomStreams(seed).at("images", 0);
    float[] pixels = new float[size * 3 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (0.5 + random.nextGaussian());
    }
    int[] indices = IntStream.range(0, size).toArray();
    NDArray labels = manager
        .create(IntStream.of(indices).map(each -> each % 3).toArray())
        .toType(DataType.INT64, false);
    return new ImageBatch(manager.create(pixels, new Shape(size, 3, side, side)), labels, indices);
  }
}
