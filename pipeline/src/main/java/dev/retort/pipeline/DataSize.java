package dev.retort.pipeline;

import dev.retort.pipeline.recipe.Estimate;
import dev.retort.pipeline.recipe.Recipe;

/** How much data a recipe has, told before its teacher is read. */
final class DataSize {
  private DataSize() {}

  static Estimate.Data of(Recipe recipe) {
    if (recipe.task() == null) {
      return new Estimate.Data(0, 0, recipe.input(1).sequence());
    }
    return switch (recipe.subject()) {
      case TEXT -> TextMaterial.size(recipe);
      case LANGUAGE, WORDS, TAGS -> LanguageMaterial.size(recipe);
      case IMAGES -> ImageMaterial.size(recipe);
    };
  }
}
