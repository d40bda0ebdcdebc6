package dev.retort.pipeline.recipe;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;

/**
 * What a recipe lets a dimension choose from, as written: {@code 4}, {@code 2..4}, {@code
 * 128..224/32}, {@code [16, 32, 48]}, {@code mean}; with {@code {per-layer: 4..10/2}} every layer
 * chooses for itself.
 *
 * @param parts one expression, or the items of a list
 * @param perLayer whether every layer chooses for itself; else all layers take the same
 */
public record Choice(ImmutableList<String> parts, boolean perLayer) implements RecipeTree.Written {
  private static final String PER_LAYER = "per-layer";
  private static final String ALLOWED =
      "a value, a range such as 2..4 or 128..224/32, a list of values, or {per-layer: …} of"
          + " these";

  /** Checks that there is something to choose. */
  public Choice {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("A choice needs a value");
    }
  }

  /** The same value or range for all layers. */
  public static Choice of(String... parts) {
    return new Choice(ImmutableList.copyOf(parts), false);
  }

  /** Reads the choices of the keys of a section; keys that are not there are left out. */
  static ImmutableMap<String, Choice> read(Section outer, String key, Iterable<String> names) {
    Section section = outer.section(key);
    ImmutableMap.Builder<String, Choice> choices = ImmutableMap.builder();
    for (String name : names) {
      YamlTree tree = section.tree(name);
      if (tree == null) {
        continue;
      }
      boolean perLayer = tree instanceof YamlTree.Mapping;
      Section inner = perLayer ? section.section(name) : section;
      ImmutableList<String> parts = parts(inner, perLayer ? PER_LAYER : name);
      if (perLayer) {
        inner.close();
      }
      if (!parts.isEmpty()) {
        choices.put(name, new Choice(parts, perLayer));
      } else if (inner.items(perLayer ? PER_LAYER : name).isEmpty()) {
        section.mistake(name, "found no value; allowed: " + ALLOWED + "; give one");
      }
    }
    section.close();
    return choices.buildOrThrow();
  }

  private static ImmutableList<String> parts(Section section, String key) {
    ImmutableList.Builder<String> parts = ImmutableList.builder();
    section.items(key).forEach((at, item) -> {
      if (item instanceof YamlTree.Scalar scalar && !scalar.isNull()) {
        parts.add(scalar.text().strip());
      } else {
        section.reading().wrong(item, at, ALLOWED);
      }
    });
    return parts.build();
  }

  @Override
  public Object written() {
    ImmutableList<Object> items =
        parts.stream().map(Choice::item).collect(ImmutableList.toImmutableList());
    Object choice = items.size() == 1 ? items.get(0) : items;
    return perLayer ? ImmutableMap.of(PER_LAYER, choice) : choice;
  }

  private static Object item(String part) {
    Double number = Numbers.decimal(part);
    return number != null && Numbers.plain(number).toString().equals(part) ? number : part;
  }

  /** The form that {@code Choices.parse} reads: {@code 2..4}, or {@code [16, 32, 48]}. */
  @Override
  public String toString() {
    return parts.size() == 1 ? parts.get(0) : "[" + Joiner.on(", ").join(parts) + "]";
  }
}
