package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Sets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two recipes, key by key, defaults filled in.
 *
 * @param changes the keys whose values differ, in the order of the first recipe, then those that
 *     only the second has
 */
public record RecipeDiff(ImmutableList<Change> changes) {

  /**
   * One key.
   *
   * @param key such as {@code train.steps}
   * @param was its value in the first recipe; null: it had none
   * @param now its value in the second; null: it has none
   */
  public record Change(String key, @Nullable String was, @Nullable String now) {
    /** {@code train.steps: 300, now 10}. */
    @Override
    public String toString() {
      return key + ": " + (was == null ? "nothing" : was) + ", now "
          + (now == null ? "nothing" : now);
    }
  }

  /** Compares two recipes. */
  public static RecipeDiff between(Recipe was, Recipe now) {
    Map<String, String> first = new LinkedHashMap<>();
    Map<String, String> second = new LinkedHashMap<>();
    flatten("", RecipeTree.of(was), first);
    flatten("", RecipeTree.of(now), second);
    return new RecipeDiff(Sets.union(first.keySet(), second.keySet()).stream()
        .map(key -> new Change(key, first.get(key), second.get(key)))
        .filter(change -> change.was() == null || !change.was().equals(change.now()))
        .collect(ImmutableList.toImmutableList()));
  }

  private static void flatten(String at, Object tree, Map<String, String> into) {
    if (tree instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach(
          (key, value) -> flatten(at.isEmpty() ? key.toString() : at + "." + key, value, into));
    } else if (tree instanceof List<?> list && !list.isEmpty()) {
      for (int i = 0; i < list.size(); i++) {
        flatten(at + "[" + i + "]", list.get(i), into);
      }
    } else {
      into.put(at, tree.toString());
    }
  }

  /** Whether the recipes say the same. */
  public boolean isEmpty() {
    return changes.isEmpty();
  }

  /** One line a change. */
  @Override
  public String toString() {
    return changes.stream().map(Change::toString).collect(Collectors.joining("\n"));
  }
}
