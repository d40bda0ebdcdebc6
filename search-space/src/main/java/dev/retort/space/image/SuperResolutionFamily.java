package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.Family;
import dev.retort.space.Property;
import dev.retort.space.Scope;
import dev.retort.space.Value;
import dev.retort.space.image.ImagePlan.Feature;
import java.util.Map;
import java.util.TreeMap;

/**
 * Super-resolution by residual blocks without batch normalisation and pixel shuffle (EDSR, Lim et
 * al., CVPR Workshops 2017; Shi et al., CVPR 2016): an image of {@code resolution} (48) pixels a
 * side and {@code channels} (3) becomes one {@code scale} (2, 3 or 4) times as large.
 *
 * <p>{@code layers}: residual blocks of two 3x3 convolutions; {@code width}: planes that they add
 * to; {@code expand}: planes inside a block over {@code width}, by layer, 1; {@code
 * residual-scale}: what a block's result is multiplied by, 1 (0.1 in EDSR's largest); {@code skip}:
 * how the input is enlarged that the network adds to, {@code none}, {@code nearest} or {@code
 * bicubic}.
 *
 * <p>A sub-network of d layers takes layers floor(i L / d) of L.
 */
public final class SuperResolutionFamily implements Family {
  /** The family. */
  public static final SuperResolutionFamily SUPER_RESOLUTION = new SuperResolutionFamily();

  /** The window of every convolution. */
  public static final Window WINDOW = Window.centred(3, 1);

  private static final String BODY = "body.";
  private static final int LARGEST_SCALE = 4;
  private static final int MOST_LAYERS = 1000;
  private static final int MOST_PLANES = 1 << 16;

  private static final ImmutableList<Property> PROPERTIES = ImmutableList.of(
      Property.integer("layers", Scope.NETWORK),
      Property.integer("width", Scope.NETWORK),
      Property.decimal("expand", Scope.LAYER, 1, Double.MIN_VALUE),
      Property.integer("scale", 2, 2),
      Property.word("skip", "none", "nearest", "bicubic"),
      Property.decimal("residual-scale", Scope.NETWORK, 1, Double.MIN_VALUE),
      Property.integer("resolution", 48, 1),
      Property.integer("channels", 3, 1));

  private SuperResolutionFamily() {}

  @Override
  public String name() {
    return "super-resolution";
  }

  @Override
  public ImmutableList<Property> properties() {
    return PROPERTIES;
  }

  @Override
  public ImmutableMap<String, Value> canonical(ImmutableMap<String, Value> values) {
    double layers = number(values, "layers");
    double width = number(values, "width");
    double scale = number(values, "scale");
    if (layers > MOST_LAYERS || width > MOST_PLANES || scale > LARGEST_SCALE) {
      throw new IllegalArgumentException("layers can be at most " + MOST_LAYERS + ", width "
          + MOST_PLANES + " and scale " + LARGEST_SCALE + ", not (" + Value.of(layers) + "), ("
          + Value.of(width) + ") and (" + Value.of(scale) + ")");
    }
    Map<String, Value> canonical = new TreeMap<>(values);
    if (values.get("expand") instanceof Value.Each each) {
      if (each.values().size() != (int) layers) {
        throw new IllegalArgumentException("expand has " + each.values().size() + " values (" + each
            + ") for (" + Value.of(layers) + ") layers");
      }
      each.values().forEach(value -> checkInner(value, width));
      if (each.values().stream().distinct().count() == 1) {
        canonical.put("expand", Value.of(each.values().get(0)));
      }
    } else {
      checkInner(number(values, "expand"), width);
    }
    return ImmutableMap.copyOf(canonical);
  }

  private static void checkInner(double expand, double width) {
    long inner = Math.round(expand * width);
    if (inner < 1 || inner > MOST_PLANES) {
      throw new IllegalArgumentException("expand (" + Value.of(expand) + ") of width ("
          + Value.of(width) + ") gives (" + inner + ") planes; allowed: 1 to " + MOST_PLANES);
    }
  }

  private static double number(Map<String, Value> values, String name) {
    if (values.get(name) instanceof Value.Number number) {
      return number.value();
    }
    throw new IllegalArgumentException(
        "super-resolution needs a number for " + name + ", found only " + values.keySet());
  }

  @Override
  public int layers(Architecture architecture) {
    return architecture.integer("layers");
  }

  /** The enlargements, one after the other: 2, 3, or twice 2. */
  public static ImmutableList<Integer> steps(Architecture architecture) {
    int scale = architecture.integer("scale");
    return scale == LARGEST_SCALE ? ImmutableList.of(2, 2) : ImmutableList.of(scale);
  }

  @Override
  public String source(String tensor, Architecture sub, Architecture full) {
    if (!tensor.startsWith(BODY)) {
      return tensor;
    }
    int dot = tensor.indexOf('.', BODY.length());
    int layer = Integer.parseInt(tensor.substring(BODY.length(), dot));
    return BODY + Family.sourceLayer(layer, sub.layers(), full.layers()) + tensor.substring(dot);
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    ImagePlan plan = new ImagePlan(architecture);
    int width = architecture.integer("width");
    Axis planes = Axis.of("stream", width);
    Feature pixels =
        plan.input(architecture.integer("channels"), architecture.integer("resolution"));
    Feature first = convolution(plan, "stem", "conv", "stem", pixels, planes);
    Feature state = first;
    for (int layer = 0; layer < architecture.layers(); layer++) {
      String block = "layer." + layer;
      Axis inner =
          Axis.of(block + ".inner", (int) Math.round(architecture.number("expand", layer) * width));
      Feature x = convolution(plan, block, "conv1", BODY + layer + ".conv1", state, inner);
      x = plan.elementwise(block, "relu", inner, x.side(), x);
      x = convolution(plan, block, "conv2", BODY + layer + ".conv2", x, planes);
      if (architecture.number("residual-scale") != 1) {
        x = plan.elementwise(block, "scaled", planes, x.side(), x);
      }
      state = plan.elementwise(block, "sum", planes, x.side(), x, state);
    }
    state = convolution(plan, "trunk", "conv", "trunk", state, planes);
    state = plan.elementwise("trunk", "sum", planes, state.side(), state, first);
    int step = 0;
    for (int factor : steps(architecture)) {
      String name = "enlarge." + step++;
      // The pixels that a plane becomes follow each other: a narrower network takes planes whole.
      Axis parts = new Axis("stream", width, factor * factor);
      state = convolution(plan, "head", name, name, state, parts);
      state = plan.elementwise("head", name + "-shuffle", planes, state.side() * factor, state);
    }
    Axis colours = Axis.of("colours", architecture.integer("channels"));
    state = convolution(plan, "head", "conv", "last", state, colours);
    if (!architecture.word("skip").equals("none")) {
      Feature large = plan.elementwise("head", "skip", colours, state.side(), pixels);
      plan.elementwise("head", "sum", colours, state.side(), state, large);
    }
    return plan.build();
  }

  private static Feature convolution(
      ImagePlan plan, String block, String label, String tensor, Feature in, Axis out) {
    return plan.convolution(block, label, tensor, in, out, WINDOW, 1, true);
  }
}
