package dev.retort.pipeline.recipe;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;

/**
 * What a recipe lets a dimension choose from, as written: {@code 4}, {@code 2..4}, {@code
 * 128..224/32}, {@code [16, 32, 48]}, {@code mean}.
 *
 * @param parts one expression, or the items of a list
 */
public record Choice(ImmutableList<String> parts) implements RecipeTree.Written {
  /** Checks that there is something to choose. */
  public Choice {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("A choice needs a value");
    }
  }

  /** A single expression. */
  public static Choice of(String... parts) {
    return new Choice(ImmutableList.copyOf(parts));
  }

  @Override
  public Object written() {
    ImmutableList<Object> items =
        parts.stream().map(Choice::item).collect(ImmutableList.toImmutableList());
    return items.size() == 1 ? items.get(0) : items;
  }

  private static Object item(String part) {
    Double number = Numbers.decimal(part);
    return number != null && Numbers.plain(number).toString().equals(part) ? number : part;
  }

  /** {@code 2..4}, or {@code 16, 32, 48}. */
  @Override
  public String toString() {
    return Joiner.on(", ").join(parts);
  }
}
