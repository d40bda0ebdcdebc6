package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableMap;

/**
 * A recipe that was read, with where its keys stand.
 *
 * @param source the file as the user named it
 * @param text the file's text as it was
 * @param recipe what it says
 * @param positions where the values stand, by key; absent keys have their defaults
 */
public record RecipeFile(
    String source, String text, Recipe recipe, ImmutableMap<String, Position> positions) {

  /** A recipe made in a program. */
  public static RecipeFile of(Recipe recipe) {
    return new RecipeFile("recipe", EffectiveRecipe.write(recipe), recipe, ImmutableMap.of());
  }

  /** Where a key stands, or the nearest key above it that is in the file. */
  public Position position(String key) {
    for (String at = key; !at.isEmpty(); ) {
      Position position = positions.get(at);
      if (position != null) {
        return position;
      }
      int end = Math.max(at.lastIndexOf('.'), at.lastIndexOf('['));
      at = end < 0 ? "" : at.substring(0, end);
    }
    return Position.of(source);
  }

  /** A mistake at a key. */
  public Mistake mistake(String key, String message) {
    return Mistake.at(position(key), key, message);
  }
}
