package dev.retort.pipeline.recipe;

import dev.retort.space.Architecture;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A recipe as plain lists, mappings, texts, numbers and truth values, the form in which it is
 * written and compared.
 *
 * <p>A record becomes a mapping of its components, whose names become keys ({@code weightDecay} is
 * {@code weight-decay}); none and empty mappings are left out. What reads otherwise in a recipe is
 * {@link Written}. That reading and writing agree is held by a test over every recipe there is.
 */
final class RecipeTree {
  private RecipeTree() {}

  /** A part of a recipe that is not written as a mapping of its components. */
  interface Written {
    /** What stands in the recipe: a text, number, list or mapping. */
    Object written();
  }

  /** A part of a recipe whose keys stand beside those of what holds it. */
  interface Beside {
    /** The keys and what stands there. */
    Map<String, Object> beside();
  }

  /** The tree of a recipe or of a part of it. */
  static Object of(Object value) {
    if (value instanceof Written written) {
      return of(written.written());
    }
    if (value instanceof Record record) {
      return mapping(record);
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> tree = new LinkedHashMap<>();
      map.forEach((key, each) -> tree.put(key.toString(), of(each)));
      return tree;
    }
    if (value instanceof List<?> list) {
      List<Object> tree = new ArrayList<>();
      list.forEach(each -> tree.add(of(each)));
      return tree;
    }
    if (value instanceof Enum<?> constant) {
      return word(constant);
    }
    if (value instanceof Double number) {
      return Numbers.plain(number);
    }
    if (value instanceof Path || value instanceof Architecture) {
      return value.toString();
    }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value;
    }
    throw new IllegalStateException("No form in a recipe for (" + value.getClass() + ")");
  }

  private static Map<String, Object> mapping(Record record) {
    Map<String, Object> tree = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = component(record, component);
      if (value instanceof Beside parts) {
        parts.beside().forEach((key, part) -> tree.put(key, of(part)));
      } else if (value != null && !(value instanceof Map<?, ?> map && map.isEmpty())) {
        tree.put(key(component.getName()), of(value));
      }
    }
    return tree;
  }

  private static @Nullable Object component(Record record, RecordComponent component) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("Cannot read " + component + " of " + record, e);
    }
  }

  /** {@code weightDecay} as {@code weight-decay}. */
  private static String key(String component) {
    StringBuilder key = new StringBuilder();
    for (char each : component.toCharArray()) {
      if (Character.isUpperCase(each)) {
        key.append('-');
      }
      key.append(Character.toLowerCase(each));
    }
    return key.toString();
  }

  /** {@code HUGGING_FACE} as {@code hugging-face}. */
  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
