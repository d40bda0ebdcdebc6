package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * BERT-like encoders (Devlin et al., NAACL 2019), with the attention width free of the hidden size
 * as in AutoDistil (NeurIPS 2022): query, key and value are heads x head-size wide.
 *
 * <p>Dimensions: {@code layers}, {@code hidden}, {@code heads} and {@code ratio} or {@code
 * intermediate} (the two may differ by layer), {@code head-size}, {@code vocabulary}, {@code
 * positions}, {@code types}, {@code classes} (0: an encoder without classifier), {@code pooling}:
 * {@code pooler} is BERT's dense and tanh over the first token, {@code first} the first token as it
 * is, {@code mean} the mean over the tokens that are not padding; {@code norm-epsilon}: what layer
 * normalisation adds to the variance.
 *
 * <p>The inner width of the feed-forward network is given as {@code ratio} (of the hidden width,
 * rounded to the nearest whole number) or as {@code intermediate}. The canonical form is {@code
 * ratio} where the quotient of every layer has at most four decimal places, else {@code
 * intermediate}; numbers that are the same in all layers are written once.
 */
public final class BertFamily implements LayeredFamily {
  /** The family. */
  public static final BertFamily BERT = new BertFamily();

  private static final int MOST_LAYERS = 1000;

  /** The longest axis. It keeps every parameter count, and four times it, within 64 bits. */
  private static final int LONGEST_AXIS = 1 << 24;

  /** One over the finest step of a canonical ratio. */
  private static final long RATIO_STEPS = 10_000;

  private static final ImmutableList<Property> PROPERTIES = ImmutableList.of(
      Property.integer("layers", Scope.NETWORK),
      Property.integer("hidden", Scope.NETWORK),
      Property.integer("heads", Scope.LAYER),
      Property.decimal("ratio", Scope.LAYER),
      Property.integer("intermediate", Scope.LAYER),
      Property.integer("head-size", 64, 1),
      Property.integer("vocabulary", 30522, 1),
      Property.integer("positions", 512, 1),
      Property.integer("types", 2, 1),
      Property.integer("classes", 2, 0),
      Property.word("pooling", "pooler", "first", "mean"),
      Property.decimal("norm-epsilon", Scope.NETWORK, 1e-12, 0));

  private static final ImmutableList<String> AXES =
      ImmutableList.of("hidden", "vocabulary", "positions", "types", "classes");
  private static final String LAYER = "bert.encoder.layer.";

  private BertFamily() {}

  @Override
  public String name() {
    return "bert";
  }

  @Override
  public ImmutableList<Property> properties() {
    return PROPERTIES;
  }

  @Override
  public ImmutableSortedMap<String, Value> canonical(ImmutableSortedMap<String, Value> values) {
    for (String name : ImmutableList.of("layers", "hidden", "heads")) {
      if (!values.containsKey(name)) {
        throw new IllegalArgumentException(
            "A bert architecture needs " + name + ", found only " + values.keySet());
      }
    }
    if (values.containsKey("ratio") == values.containsKey("intermediate")) {
      throw new IllegalArgumentException(
          "A bert architecture needs either ratio or intermediate, found "
              + (values.containsKey("ratio")
                  ? "both (ratio=" + values.get("ratio") + ", intermediate="
                      + values.get("intermediate") + ")"
                  : "neither"));
    }
    int layers = (int) at(values, "layers", 0);
    if (layers > MOST_LAYERS) {
      throw new IllegalArgumentException(
          "layers can be at most " + MOST_LAYERS + ", not (" + layers + ")");
    }
    for (String name : AXES) {
      checkLength(name, at(values, name, 0));
    }
    for (Map.Entry<String, Value> entry : values.entrySet()) {
      if (entry.getValue() instanceof Value.Each each && each.values().size() != layers) {
        throw new IllegalArgumentException(entry.getKey() + " has "
            + each.values().size() + " values (" + each + ") for " + layers + " layers");
      }
    }
    Map<String, Value> canonical = new TreeMap<>(values);
    canonical.put("heads", heads(values, layers));
    canonical.remove("ratio");
    canonical.remove("intermediate");
    putInner(values, layers, canonical);
    return ImmutableSortedMap.copyOf(canonical);
  }

  private static Value heads(Map<String, Value> values, int layers) {
    double headSize = at(values, "head-size", 0);
    double[] heads = new double[values.get("heads") instanceof Value.Each ? layers : 1];
    for (int layer = 0; layer < heads.length; layer++) {
      heads[layer] = at(values, "heads", layer);
      checkLength("heads times head-size", heads[layer] * headSize);
    }
    return collapse(heads);
  }

  private static void putInner(
      Map<String, Value> values, int layers, Map<String, Value> canonical) {
    boolean asRatio = values.containsKey("ratio");
    String given = asRatio ? "ratio" : "intermediate";
    long hidden = (long) at(values, "hidden", 0);
    double[] widths = new double[values.get(given) instanceof Value.Each ? layers : 1];
    boolean exact = true;
    for (int layer = 0; layer < widths.length; layer++) {
      double value = at(values, given, layer);
      long width = asRatio ? Math.round(value * hidden) : (long) value;
      if (width < 1) {
        throw new IllegalArgumentException(
            "ratio (" + Value.of(value) + ") of hidden (" + hidden + ") leaves no inner width");
      }
      checkLength(asRatio ? "ratio times hidden" : given, width);
      widths[layer] = width;
      exact &= width * RATIO_STEPS % hidden == 0;
    }
    if (exact) {
      for (int layer = 0; layer < widths.length; layer++) {
        widths[layer] = (long) widths[layer] * RATIO_STEPS / hidden / (double) RATIO_STEPS;
      }
    }
    canonical.put(exact ? "ratio" : "intermediate", collapse(widths));
  }

  private static void checkLength(String name, double length) {
    if (length > LONGEST_AXIS) {
      throw new IllegalArgumentException(
          name + " can be at most " + LONGEST_AXIS + ", not (" + Value.of(length) + ")");
    }
  }

  private static double at(Map<String, Value> values, String name, int layer) {
    Value value = values.get(name);
    if (value instanceof Value.Number number) {
      return number.value();
    }
    if (value instanceof Value.Each each) {
      return each.values().get(layer);
    }
    throw new IllegalArgumentException("bert needs a number for " + name + ", not (" + value + ")");
  }

  private static Value collapse(double[] values) {
    for (double value : values) {
      if (value != values[0]) {
        ImmutableList.Builder<Double> each = ImmutableList.builder();
        for (double one : values) {
          each.add(one);
        }
        return new Value.Each(each.build());
      }
    }
    return Value.of(values[0]);
  }

  @Override
  public @Nullable Value value(Architecture architecture, String dimension) {
    if (!dimension.equals("intermediate") || architecture.has(dimension)) {
      return architecture.values().get(dimension);
    }
    double[] widths = new double[architecture.differs("ratio") ? architecture.layers() : 1];
    for (int layer = 0; layer < widths.length; layer++) {
      widths[layer] = intermediate(architecture, layer);
    }
    return collapse(widths);
  }

  @Override
  public int layers(Architecture architecture) {
    return architecture.integer("layers");
  }

  /** Inner width of a layer's feed-forward network. */
  public static int intermediate(Architecture architecture, int layer) {
    return architecture.has("intermediate")
        ? architecture.integer("intermediate", layer)
        : (int) Math.round(architecture.number("ratio", layer) * architecture.integer("hidden"));
  }

  @Override
  public String source(String tensor, Architecture sub, Architecture full) {
    if (!tensor.startsWith(LAYER)) {
      return tensor;
    }
    int dot = tensor.indexOf('.', LAYER.length());
    int layer = Integer.parseInt(tensor.substring(LAYER.length(), dot));
    return LAYER + Family.sourceLayer(layer, sub.layers(), full.layers()) + tensor.substring(dot);
  }

  @Override
  public Blueprint blueprint(Architecture architecture) {
    return new BertBlueprint(architecture).build();
  }

  @Override
  public long parameters(Architecture architecture) {
    return BertCost.parameters(architecture);
  }

  @Override
  public long layerParameters(Architecture architecture, int layer) {
    return BertCost.layerParameters(architecture, layer);
  }

  @Override
  public Cost cost(Architecture architecture, InputShape input) {
    return BertCost.cost(architecture, input);
  }
}
