package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.Floats;
import dev.retort.space.UserException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One case of a golden-vector file: its numbers as arrays, with refusals that say where. */
final class GoldenCase {
  private static final String INPUTS = "inputs";
  private static final String SETTINGS = "hyper_parameters";

  private final String where;
  private final JsonNode node;
  private final NDManager manager;
  private final Map<String, NDArray> differentiable = new LinkedHashMap<>();

  /**
   * A case.
   *
   * @param where the file and the case, for messages
   * @param node the case
   * @param manager the owner of its arrays
   */
  GoldenCase(String where, JsonNode node, NDManager manager) {
    this.where = where;
    this.node = node;
    this.manager = manager;
  }

  /** A refusal that says where. */
  UserException refuse(String what) {
    return new UserException(UserException.Kind.INPUT, where + ": " + what);
  }

  /** What the case is called. */
  String name() {
    return node.path("name").asText();
  }

  /** Whether there is such an input. */
  boolean has(String input) {
    return node.path(INPUTS).has(input);
  }

  /** A student's input, whose gradient is asked for. */
  NDArray student(String input) {
    NDArray array = constant(input);
    array.setRequiresGradient(true);
    differentiable.put(input, array);
    return array;
  }

  /** The student's inputs that were asked for. */
  ImmutableMap<String, NDArray> differentiable() {
    return ImmutableMap.copyOf(differentiable);
  }

  /** Another input, float32. */
  NDArray constant(String input) {
    Numbers numbers = numbers(input);
    return manager.create(Floats.toArray(numbers.values()), numbers.shape());
  }

  /** Numbers of a list, such as the steps of a schedule. */
  double[] list(String input) {
    return Doubles.toArray(numbers(input).values());
  }

  /** Another input that may be missing, float32. */
  @Nullable
  NDArray optional(String input) {
    return has(input) ? constant(input) : null;
  }

  /**
   * Labels: class indices [B], int64, or shares [B,C], float32.
   *
   * @param logits [B,C], which tells how many classes there are
   */
  NDArray labels(NDArray logits) {
    double classes = logits.getShape().get(logits.getShape().dimension() - 1);
    Numbers numbers = numbers("labels");
    if (numbers.shape().dimension() != 1) {
      return constant("labels");
    }
    long[] indices = new long[numbers.values().size()];
    for (int i = 0; i < indices.length; i++) {
      double value = numbers.values().get(i);
      if (!(value == Math.rint(value) && value >= 0 && value < classes)) {
        throw refuse("inputs.labels[" + i + "] must be a class index from 0 to "
            + (long) (classes - 1) + ", not (" + value + ")");
      }
      indices[i] = (long) value;
    }
    return manager.create(indices, numbers.shape());
  }

  /** A hyper-parameter that is a number. */
  double number(String key) {
    return number(node.path(SETTINGS), SETTINGS, key);
  }

  /** A hyper-parameter that is a number and may be missing. */
  double numberOr(String key, double fallback) {
    return node.path(SETTINGS).has(key) ? number(key) : fallback;
  }

  /** A hyper-parameter that is a number below another. */
  double number(String group, String key) {
    return number(node.path(SETTINGS).path(group), SETTINGS + "." + group, key);
  }

  private double number(JsonNode parent, String path, String key) {
    JsonNode value = parent.path(key);
    if (!value.isNumber()) {
      throw refuse(path + "." + key + " must be a number, "
          + (value.isMissingNode() ? "but is missing" : "not (" + value + ")"));
    }
    return value.doubleValue();
  }

  /** A hyper-parameter that is one of some words, each with what it stands for. */
  <T> T word(String key, ImmutableMap<String, T> allowed) {
    JsonNode value = node.path(SETTINGS).path(key);
    T found = value.isTextual() ? allowed.get(value.textValue()) : null;
    if (found == null) {
      throw refuse(SETTINGS + "." + key + " must be one of " + allowed.keySet() + ", "
          + (value.isMissingNode() ? "but is missing" : "not (" + value + ")"));
    }
    return found;
  }

  /** A rectangular array, flat. */
  private record Numbers(Shape shape, List<Float> values) {}

  private Numbers numbers(String input) {
    // Some files keep lists that are no network's output among the hyper-parameters.
    String group = !has(input) && node.path(SETTINGS).has(input) ? SETTINGS : INPUTS;
    String path = group + "." + input;
    JsonNode value = node.path(group).path(input);
    if (!value.isArray()) {
      throw refuse(path + (value.isMissingNode() ? " is missing" : " must be a list of numbers"));
    }
    List<Long> shape = new ArrayList<>();
    for (JsonNode level = value; level.isArray(); level = level.path(0)) {
      shape.add((long) level.size());
    }
    List<Float> values = new ArrayList<>();
    flatten(value, path, shape, 0, values);
    return new Numbers(declared(input, new Shape(shape)), values);
  }

  private void flatten(
      JsonNode value, String path, List<Long> shape, int depth, List<Float> values) {
    if (depth == shape.size()) {
      values.add(number(value, path));
      return;
    }
    if (!value.isArray() || value.size() != shape.get(depth)) {
      throw refuse(path + " must be a list of " + shape.get(depth) + " like its neighbours");
    }
    for (int i = 0; i < value.size(); i++) {
      flatten(value.get(i), path + "[" + i + "]", shape, depth + 1, values);
    }
  }

  /** The shape declared for an input; it alone tells the inner sizes of an empty one. */
  private Shape declared(String input, Shape found) {
    JsonNode sizesGiven = node.path("input_shapes").path(input);
    if (sizesGiven.isMissingNode()) {
      return found;
    }
    List<Long> sizes = new ArrayList<>();
    sizesGiven.forEach(size -> sizes.add(size.asLong(-1)));
    Shape declared = new Shape(sizes);
    boolean empty = declared.size() == 0 && found.size() == 0;
    if (!empty && !declared.equals(found)) {
      throw refuse(
          "inputs." + input + " has shape " + found + ", but input_shapes says " + sizesGiven);
    }
    return declared;
  }

  private float number(JsonNode value, String path) {
    if (value.isNumber()) {
      return value.floatValue();
    }
    Double special = GoldenNumbers.special(value);
    if (special == null) {
      throw refuse(path + " must be a number, NaN, Infinity or -Infinity, not (" + value + ")");
    }
    return special.floatValue();
  }
}
