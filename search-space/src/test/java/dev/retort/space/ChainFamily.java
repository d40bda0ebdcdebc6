package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.image.ImagePlan;
import dev.retort.space.image.Window;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A small convolutional family for tests: three stages, each a chain of {@code depth} convolutions
 * of {@code width} planes, each with a kernel of its own; the first of a stage halves the side.
 */
final class ChainFamily implements Family {
  static final ChainFamily CHAIN = new ChainFamily();

  private static final int STAGES = 3;

  @Override
  public String name() {
    return "chain";
  }

  @Override
  public ImmutableList<Property> properties() {
    return ImmutableList.of(
        Property.integer("depth", Scope.STAGE),
        Property.integer("width", Scope.STAGE),
        Property.integer("kernel", Scope.LAYER, 3, 1),
        Property.integer("resolution", 32, 8),
        Property.integer("classes", 10, 1));
  }

  @Override
  public ImmutableMap<String, Value> canonical(ImmutableMap<String, Value> values) {
    int layers = IntStream.range(0, STAGES)
        .map(stage -> (int) Frames.number(Frames.at(values.get("depth"), stage)))
        .sum();
    Map<String, Value> canonical = new TreeMap<>(values);
    values.forEach((name, value) -> {
      if (value instanceof Value.Each each) {
        int length = name.equals("kernel") ? layers : STAGES;
        if (each.values().size() != length) {
          throw new IllegalArgumentException(name + " has other than " + length + " values");
        }
        canonical.put(name, Frames.joined(each.values()));
      }
    });
    return ImmutableMap.copyOf(canonical);
  }

  @Override
  public int layers(Architecture architecture) {
    return depths(architecture).stream().mapToInt(Integer::intValue).sum();
  }

  @Override
  public int stages(Architecture architecture) {
    return STAGES;
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    ImagePlan plan = new ImagePlan(architecture);
    ImagePlan.Feature feature = plan.input(3, architecture.integer("resolution"));
    int layer = 0;
    for (int stage = 0; stage < STAGES; stage++) {
      Axis width = Axis.of("stage" + stage, architecture.integer("width", stage));
      for (int i = 0; i < architecture.integer("depth", stage); i++) {
        String block = "stage" + stage + ".block" + i;
        Window window = Window.centred(architecture.integer("kernel", layer++), i == 0 ? 2 : 1);
        feature =
            plan.convolution(block, "conv", block + ".conv", feature, width, window, 1, false);
        feature = plan.batchNorm(block, "norm", block + ".norm", feature);
      }
    }
    feature = plan.globalAverage("head", "pool", feature);
    plan.linear(
        "head", "fc", "fc", feature, Axis.of("classes", architecture.integer("classes")), true);
    return plan.build();
  }

  @Override
  public String source(String tensor, Architecture sub, Architecture full) {
    return tensor;
  }
}
