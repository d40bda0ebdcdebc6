package dev.retort.pipeline.recipe;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Scope;

/**
 * What a recipe lets a dimension choose from, as written: {@code 4}, {@code 2..4}, {@code
 * 128..224/32}, {@code [16, 32, 48]}, {@code mean}; with {@code {per-layer: 4..10/2}} every layer
 * chooses for itself, with {@code {per-stage: 1..4}} every stage.
 *
 * @param parts one expression, or the items of a list
 * @param scope what chooses: the network once, each stage or each layer
 */
public record Choice(ImmutableList<String> parts, Scope scope) implements RecipeTree.Written {
  private static final String ALLOWED =
      "a value, a range such as 2..4 or 128..224/32, a list of values, {per-layer: …} or"
          + " {per-stage: …} of these";

  /** Checks that there is something to choose. */
  public Choice {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("A choice needs a value");
    }
  }

  /** The same value or range throughout. */
  public static Choice of(String... parts) {
    return new Choice(ImmutableList.copyOf(parts), Scope.NETWORK);
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
      boolean scoped = tree instanceof YamlTree.Mapping;
      Section inner = scoped ? section.section(name) : section;
      Scope scope =
          !scoped ? Scope.NETWORK : inner.has(key(Scope.STAGE)) ? Scope.STAGE : Scope.LAYER;
      String at = scoped ? key(scope) : name;
      ImmutableList<String> parts = parts(inner, at);
      if (scoped) {
        inner.close();
      }
      if (!parts.isEmpty()) {
        choices.put(name, new Choice(parts, scope));
      } else if (inner.items(at).isEmpty()) {
        section.mistake(name, "found no value; allowed: " + ALLOWED + "; give one");
      }
    }
    section.close();
    return choices.buildOrThrow();
  }

  private static String key(Scope scope) {
    return "per-" + scope.word();
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
    return scope == Scope.NETWORK ? choice : ImmutableMap.of(key(scope), choice);
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
