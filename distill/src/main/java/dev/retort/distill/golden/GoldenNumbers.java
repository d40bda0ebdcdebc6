package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Arrays as nested lists, and their comparison with what a golden-vector file expects. */
final class GoldenNumbers {
  private static final int SHOWN = 5;

  private GoldenNumbers() {}

  /** NaN, Infinity and -Infinity, which golden files write as strings; null for anything else. */
  static @Nullable Double special(JsonNode value) {
    return switch (value.isTextual() ? value.textValue() : "") {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> null;
    };
  }

  /** An array as a number or nested lists of numbers. */
  static Object nested(NDArray array) {
    Number[] flat;
    if (array.getDataType() == DataType.INT64) {
      long[] values = array.toLongArray();
      flat = new Number[values.length];
      for (int i = 0; i < flat.length; i++) {
        flat[i] = values[i];
      }
    } else {
      float[] values = array.toFloatArray();
      flat = new Number[values.length];
      for (int i = 0; i < flat.length; i++) {
        flat[i] = values[i];
      }
    }
    return nested(flat, 0, flat.length, array.getShape().getShape(), 0);
  }

  private static Object nested(Number[] flat, int from, int to, long[] shape, int axis) {
    if (axis == shape.length) {
      return flat[from];
    }
    int parts = (int) shape[axis];
    ImmutableList.Builder<Object> list = ImmutableList.builder();
    for (int i = 0; i < parts; i++) {
      int size = (to - from) / parts;
      list.add(nested(flat, from + i * size, from + (i + 1) * size, shape, axis + 1));
    }
    return list.build();
  }

  /** Collects where computed and expected numbers differ. */
  static final class Comparison {
    private final ImmutableList.Builder<String> mismatches = ImmutableList.builder();
    private int checked;

    /** Compares one value with what is expected of it. */
    void compare(String path, @Nullable Object computed, JsonNode expected) {
      List<String> found = new ArrayList<>();
      walk(path, computed, expected, found);
      mismatches.addAll(found.subList(0, Math.min(SHOWN, found.size())));
      if (found.size() > SHOWN) {
        mismatches.add(path + ": and " + (found.size() - SHOWN) + " more");
      }
    }

    private void walk(
        String path, @Nullable Object computed, JsonNode expected, List<String> found) {
      if (expected.isArray()
          && computed instanceof List<?> list
          && list.size() == expected.size()) {
        for (int i = 0; i < list.size(); i++) {
          walk(path + "[" + i + "]", list.get(i), expected.get(i), found);
        }
        return;
      }
      if (expected.isObject() && computed instanceof Map<?, ?> map) {
        expected
            .properties()
            .forEach(each ->
                walk(path + "." + each.getKey(), map.get(each.getKey()), each.getValue(), found));
        return;
      }
      checked++;
      if (expected.isBoolean() && Boolean.valueOf(expected.booleanValue()).equals(computed)) {
        return;
      }
      Double special = special(expected);
      boolean met = computed instanceof String word && word.equals(expected.textValue())
          || computed instanceof Number number
              && (special != null || expected.isNumber())
              && close(number.doubleValue(), special != null ? special : expected.doubleValue());
      if (!met) {
        found.add(path + ": computed " + computed + ", expected " + expected);
      }
    }

    /** How many numbers were compared. */
    int checked() {
      return checked;
    }

    /** What differs. */
    ImmutableList<String> mismatches() {
      return mismatches.build();
    }
  }

  /** |a - b| at most 1e-5 + 1e-4 |b|, the check that the golden files suggest for float32. */
  static boolean close(double computed, double expected) {
    return Double.compare(computed, expected) == 0
        || Math.abs(computed - expected) <= 1e-5 + 1e-4 * Math.abs(expected);
  }
}
