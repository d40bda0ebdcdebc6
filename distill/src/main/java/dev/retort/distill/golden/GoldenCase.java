package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Floats;
import com.google.common.primitives.ImmutableDoubleArray;
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

  /** Zeros of the shape of an input and one axis more, with a gradient that no file names. */
  NDArray zeros(String input, long width) {
    NDArray zeros = manager.zeros(numbers(input).shape().add(width));
    zeros.setRequiresGradient(true);
    return zeros;
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
    return labels("labels", logits);
  }

  /** Labels of another name. */
  NDArray labels(String input, NDArray logits) {
    Numbers numbers = numbers(input);
    return numbers.shape().dimension() == 1
        ? indices(input, numbers, classes(logits), -1)
        : constant(input);
  }

  /**
   * Labels of tokens, int64, with a number for those that do not count.
   *
   * @param logits [..,V], which tells how many tokens there are
   */
  NDArray tokenLabels(NDArray logits, int ignored) {
    return indices("labels", numbers("labels"), classes(logits), ignored);
  }

  /** Places in a list of some length, int64. */
  NDArray places(String input, long length) {
    return indices(input, numbers(input), length, -1);
  }

  private static long classes(NDArray logits) {
    return logits.getShape().get(logits.getShape().dimension() - 1);
  }

  private NDArray indices(String input, Numbers numbers, long classes, int ignored) {
    long[] indices = new long[numbers.values().size()];
    for (int i = 0; i < indices.length; i++) {
      double value = numbers.values().get(i);
      boolean counts = value == Math.rint(value) && value >= 0 && value < classes;
      if (!counts && !(value == ignored && ignored < -1)) {
        throw refuse("inputs." + input + "[" + i + "] must be a class index from 0 to "
            + (classes - 1) + ", not (" + value + ")");
      }
      indices[i] = (long) value;
    }
    return manager.create(indices, numbers.shape());
  }

  /** Some files keep lists that are no network's output among the hyper-parameters. */
  private String group(String key) {
    return !has(key) && given(key) ? SETTINGS : INPUTS;
  }

  /** A list of numbers, as they are written: an input or a hyper-parameter. */
  ImmutableDoubleArray list(String key) {
    String group = group(key);
    JsonNode value = node.path(group).path(key);
    ImmutableDoubleArray.Builder list = ImmutableDoubleArray.builder();
    if (!value.isArray() || value.isEmpty()) {
      throw refuse(group + "." + key + " must be a list of numbers");
    }
    for (JsonNode each : value) {
      if (!each.isNumber()) {
        throw refuse(group + "." + key + " must be a list of numbers, not of (" + each + ")");
      }
      list.add(each.doubleValue());
    }
    return list.build();
  }

  /** An input that is one number. */
  double scalar(String input) {
    return number(node.path(INPUTS), INPUTS, input);
  }

  /** Rows of named values that a case asks about: among its inputs, or beside what it expects. */
  ImmutableList<JsonNode> rows(String key) {
    JsonNode inputs = node.path(INPUTS).path(key);
    JsonNode rows = inputs.isMissingNode() ? node.path("expected").path(key) : inputs;
    if (!rows.isArray()) {
      throw refuse("needs " + key + ", a list of rows");
    }
    return ImmutableList.copyOf(rows);
  }

  /** A number of a row. */
  double numberOf(JsonNode row, String key) {
    return number(row, "a row", key);
  }

  /** Whether a hyper-parameter is given, and not null. */
  boolean given(String key) {
    return node.path(SETTINGS).hasNonNull(key);
  }

  /** A hyper-parameter that is a number, or what it is where it is not given or null. */
  double numberOr(String key, double fallback) {
    return given(key) ? number(key) : fallback;
  }

  /** A hyper-parameter that is a number. */
  double number(String key) {
    return number(node.path(SETTINGS), SETTINGS, key);
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
    String group = group(input);
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
