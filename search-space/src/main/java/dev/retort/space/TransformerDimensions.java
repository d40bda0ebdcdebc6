package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What families of Transformers have in common: the dimensions {@code layers}, {@code hidden},
 * {@code heads} and {@code ratio} or {@code intermediate} (the last three may differ by layer), and
 * {@code head-size}, with the attention width, heads x head-size, free of the hidden size.
 *
 * <p>The inner width of the feed-forward network is given as {@code ratio} (of the hidden width,
 * rounded to the nearest whole number) or as {@code intermediate}. The canonical form is {@code
 * ratio} where the quotient of every layer has at most four decimal places, else {@code
 * intermediate}; numbers that are the same in all layers are written once.
 */
public final class TransformerDimensions {
  private static final int MOST_LAYERS = 1000;

  /** The longest axis. It keeps every parameter count, and four times it, within 64 bits. */
  private static final int LONGEST_AXIS = 1 << 24;

  /** One over the finest step of a canonical ratio. */
  private static final long RATIO_STEPS = 10_000;

  private TransformerDimensions() {}

  /**
   * Checks the values against each other and brings heads and inner widths into canonical form.
   *
   * @param family the family's name, for messages
   * @param values a value for each dimension that has been given or has a default
   * @param axes further dimensions that are lengths of axes
   * @throws IllegalArgumentException when they do not fit together; the message says why
   */
  public static ImmutableMap<String, Value> canonical(
      String family, ImmutableMap<String, Value> values, ImmutableList<String> axes) {
    for (String name : ImmutableList.of("layers", "hidden", "heads")) {
      if (!values.containsKey(name)) {
        throw new IllegalArgumentException(
            "A " + family + " architecture needs " + name + ", found only " + values.keySet());
      }
    }
    if (values.containsKey("ratio") == values.containsKey("intermediate")) {
      throw new IllegalArgumentException(
          "A " + family + " architecture needs either ratio or intermediate, found "
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
    checkLength("hidden", at(values, "hidden", 0));
    for (String name : axes) {
      checkLength(name, at(values, name, 0));
    }
    for (Map.Entry<String, Value> entry : values.entrySet()) {
      if (entry.getValue() instanceof Value.Each each && each.values().size() != layers) {
        throw new IllegalArgumentException(entry.getKey() + " has "
            + each.values().size() + " values (" + each + ") for " + layers + " layers");
      }
    }
    Value heads = heads(values, layers);
    String given = values.containsKey("ratio") ? "ratio" : "intermediate";
    double[] widths = widths(values, layers, given);
    boolean exact = ratios(widths, (long) at(values, "hidden", 0));
    String inner = exact ? "ratio" : "intermediate";
    Value canonical = collapse(widths);
    if (inner.equals(given)
        && canonical.equals(values.get(given))
        && heads.equals(values.get("heads"))) {
      return values; // as most are that a search makes
    }
    ImmutableMap.Builder<String, Value> changed = ImmutableMap.builder();
    values.forEach((name, value) -> {
      if (!name.equals(given)) {
        changed.put(name, name.equals("heads") ? heads : value);
      }
    });
    return changed.put(inner, canonical).buildOrThrow();
  }

  private static Value heads(Map<String, Value> values, int layers) {
    double headSize = at(values, "head-size", 0);
    Value value = values.get("heads");
    double[] heads = new double[value instanceof Value.Each ? layers : 1];
    for (int layer = 0; layer < heads.length; layer++) {
      heads[layer] = at(value, "heads", layer);
      checkLength("heads times head-size", heads[layer] * headSize);
    }
    return collapse(heads);
  }

  /** The inner widths of the layers, or the one of all. */
  private static double[] widths(Map<String, Value> values, int layers, String given) {
    boolean asRatio = given.equals("ratio");
    long hidden = (long) at(values, "hidden", 0);
    Value value = values.get(given);
    double[] widths = new double[value instanceof Value.Each ? layers : 1];
    for (int layer = 0; layer < widths.length; layer++) {
      double each = at(value, given, layer);
      long width = asRatio ? Math.round(each * hidden) : (long) each;
      if (width < 1) {
        throw new IllegalArgumentException(
            "ratio (" + Value.of(each) + ") of hidden (" + hidden + ") leaves no inner width");
      }
      checkLength(asRatio ? "ratio times hidden" : given, width);
      widths[layer] = width;
    }
    return widths;
  }

  /** Makes ratios of widths if each of them has few decimal places. */
  private static boolean ratios(double[] widths, long hidden) {
    for (double width : widths) {
      if ((long) width * RATIO_STEPS % hidden != 0) {
        return false;
      }
    }
    for (int layer = 0; layer < widths.length; layer++) {
      widths[layer] = (long) widths[layer] * RATIO_STEPS / hidden / (double) RATIO_STEPS;
    }
    return true;
  }

  /**
   * Checks that an axis is not too long to count with.
   *
   * @throws IllegalArgumentException when it is; the message names it
   */
  public static void checkLength(String name, double length) {
    if (length > LONGEST_AXIS) {
      throw new IllegalArgumentException(
          name + " can be at most " + LONGEST_AXIS + ", not (" + Value.of(length) + ")");
    }
  }

  /**
   * The number that a dimension has in a layer.
   *
   * @throws IllegalArgumentException when it has none
   */
  public static double at(Map<String, Value> values, String name, int layer) {
    return at(values.get(name), name, layer);
  }

  /**
   * The number that a value is in a layer.
   *
   * @param name the dimension's, for messages
   * @throws IllegalArgumentException when it is none
   */
  public static double at(@Nullable Value value, String name, int layer) {
    if (value instanceof Value.Number number) {
      return number.value();
    }
    if (value instanceof Value.Each each) {
      return each.values().get(layer);
    }
    throw new IllegalArgumentException(
        "Dimension " + name + " needs a number, not (" + value + ")");
  }

  /** The numbers of the layers as a value: one number where they are alike. */
  public static Value collapse(double[] values) {
    for (double value : values) {
      if (value != values[0]) {
        ImmutableList.Builder<Double> each = ImmutableList.builderWithExpectedSize(values.length);
        for (double one : values) {
          each.add(one);
        }
        return new Value.Each(each.build());
      }
    }
    return Value.of(values[0]);
  }

  /** As {@link Family#value}: the inner width is there under both of its names. */
  public static @Nullable Value value(Architecture architecture, String dimension) {
    if (!dimension.equals("intermediate") || architecture.has(dimension)) {
      return architecture.values().get(dimension);
    }
    double[] widths = new double[architecture.differs("ratio") ? architecture.layers() : 1];
    for (int layer = 0; layer < widths.length; layer++) {
      widths[layer] = intermediate(architecture, layer);
    }
    return collapse(widths);
  }

  /** Inner width of a layer's feed-forward network. */
  public static int intermediate(Architecture architecture, int layer) {
    return architecture.has("intermediate")
        ? architecture.integer("intermediate", layer)
        : (int) Math.round(architecture.number("ratio", layer) * architecture.integer("hidden"));
  }

  /**
   * As {@link Family#source}: tensors of layers are taken by their share of the depth, all others
   * by their name.
   *
   * @param prefix what the names of a layer's tensors begin with, before its number
   */
  public static String source(String prefix, String tensor, Architecture sub, Architecture full) {
    if (!tensor.startsWith(prefix)) {
      return tensor;
    }
    int dot = tensor.indexOf('.', prefix.length());
    int layer = Integer.parseInt(tensor.substring(prefix.length(), dot));
    return prefix + Family.sourceLayer(layer, sub.layers(), full.layers()) + tensor.substring(dot);
  }
}
