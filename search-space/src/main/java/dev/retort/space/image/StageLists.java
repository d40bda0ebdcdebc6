package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Value;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings the values of a family whose networks fall into stages into their one form.
 *
 * <p>{@code depth} (blocks) and {@code width} (planes) are lists of one number for each stage, also
 * where all are the same: their length is the number of stages. A single number may be given where
 * another list, or {@code stages}, says how many there are. {@code scale} multiplies the widths and
 * is gone from the form afterwards, as {@code stages} is.
 */
final class StageLists {
  /** The most blocks of all stages together. */
  static final int MOST_BLOCKS = 1000;

  /** The most planes, which keeps the parameters of every operation within 64 bits. */
  static final int MOST_PLANES = 1 << 16;

  private static final int MOST_PIXELS = 1 << 12;
  private static final int MOST_CLASSES = 1 << 20;

  private final String family;
  private final Map<String, Value> values;
  private final int stages;

  private StageLists(String family, Map<String, Value> values, int stages) {
    this.family = family;
    this.values = values;
    this.stages = stages;
  }

  /**
   * Checks what every such family has and brings depth and width into form.
   *
   * @throws IllegalArgumentException when they do not fit together
   */
  static StageLists of(String family, ImmutableMap<String, Value> values) {
    for (String name : ImmutableList.of("depth", "width")) {
      if (!values.containsKey(name)) {
        throw new IllegalArgumentException(
            "A " + family + " architecture needs " + name + ", found only " + values.keySet());
      }
    }
    StageLists lists = new StageLists(family, new TreeMap<>(values), count(family, values));
    lists.values.remove("stages");
    lists.checkBlocks();
    lists.put("depth", lists.numbers("depth"));
    lists.put("width", lists.widths());
    lists.values.remove("scale");
    lists.atMost("resolution", MOST_PIXELS);
    lists.atMost("channels", MOST_PLANES);
    lists.atMost("classes", MOST_CLASSES);
    return lists;
  }

  private static int count(String family, Map<String, Value> values) {
    String said = null;
    int count = 1;
    for (Map.Entry<String, Value> entry : values.entrySet()) {
      int says = says(entry.getKey(), entry.getValue());
      if (says > 0 && said != null && says != count) {
        throw new IllegalArgumentException("A " + family + " architecture has " + count
            + " stages by " + said + " and " + says + " by " + entry.getKey() + " ("
            + entry.getValue() + "): give one value for each stage");
      }
      if (says > 0) {
        said = entry.getKey();
        count = says;
      }
    }
    return count;
  }

  /** How many stages a value says there are; 0 when it says nothing. */
  private static int says(String name, Value value) {
    if (value instanceof Value.Each each) {
      return each.values().size();
    }
    return name.equals("stages") && value instanceof Value.Number number ? (int) number.value() : 0;
  }

  private void checkBlocks() {
    double blocks = 0;
    for (double depth : numbers("depth")) {
      blocks += depth;
    }
    if (stages > MOST_BLOCKS || blocks > MOST_BLOCKS) {
      throw new IllegalArgumentException(
          "depth can be at most " + MOST_BLOCKS + " blocks in all stages together, not ("
              + Value.of(blocks) + ") in (" + stages + ") stages");
    }
  }

  private double[] widths() {
    double[] widths = numbers("width");
    for (int stage = 0; stage < stages; stage++) {
      checkPlanes("width", widths[stage]);
      if (values.containsKey("scale")) {
        widths[stage] = part(widths[stage], at("scale", stage));
        checkPlanes("width times scale", widths[stage]);
      }
    }
    return widths;
  }

  /** A part of so many planes, rounded to the nearest whole number, at least one. */
  static int part(double planes, double ratio) {
    return (int) Math.max(1, Math.min(Math.round(planes * ratio), Integer.MAX_VALUE));
  }

  int stages() {
    return stages;
  }

  String word(String name) {
    return String.valueOf(values.get(name));
  }

  /** The number of a dimension, in a stage if stages differ. */
  double at(String name, int stage) {
    Value value = values.get(name);
    if (value instanceof Value.Number number) {
      return number.value();
    }
    if (value instanceof Value.Each each) {
      return each.values().get(stage);
    }
    throw new IllegalArgumentException(
        family + " needs a number for " + name + ", not (" + value + ")");
  }

  private double[] numbers(String name) {
    double[] numbers = new double[stages];
    for (int stage = 0; stage < stages; stage++) {
      numbers[stage] = at(name, stage);
    }
    return numbers;
  }

  /** Puts a list; one stage has a number, as a list of one number cannot be told from it. */
  private void put(String name, double[] numbers) {
    if (numbers.length == 1) {
      values.put(name, Value.of(numbers[0]));
      return;
    }
    ImmutableList.Builder<Double> each = ImmutableList.builder();
    for (double number : numbers) {
      each.add(number);
    }
    values.put(name, new Value.Each(each.build()));
  }

  /** Writes a dimension once where all stages are alike: for those that have a default. */
  void join(String name) {
    double[] numbers = numbers(name);
    for (double number : numbers) {
      if (number != numbers[0]) {
        put(name, numbers);
        return;
      }
    }
    values.put(name, Value.of(numbers[0]));
  }

  /** Puts a number where none was given. */
  void putIfAbsent(String name, double number) {
    values.putIfAbsent(name, Value.of(number));
  }

  void checkPlanes(String name, double planes) {
    if (planes > MOST_PLANES) {
      throw new IllegalArgumentException(
          name + " can be at most " + MOST_PLANES + " planes, not (" + Value.of(planes) + ")");
    }
  }

  private void atMost(String name, int most) {
    Value value = values.get(name);
    if (value != null && at(name, 0) > most) {
      throw new IllegalArgumentException(
          name + " can be at most " + most + ", not (" + value + ")");
    }
  }

  @Nullable
  Value find(String name) {
    return values.get(name);
  }

  ImmutableMap<String, Value> canonical() {
    return ImmutableMap.copyOf(values);
  }
}
