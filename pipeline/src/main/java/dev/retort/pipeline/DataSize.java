package dev.retort.pipeline;

import dev.retort.data.TextCorpus;
import dev.retort.pipeline.recipe.Estimate;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.Subject;

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

  /** Places in the training data of a task with labels; 0 where none are told. */
  static long places(Recipe recipe) {
    if (recipe.task() == null) {
      return 0;
    }
    return switch (recipe.subject()) {
      case TEXT -> TextMaterial.size(recipe).labelled();
      case IMAGES -> ImageMaterial.places(recipe);
      case LANGUAGE, WORDS, TAGS -> 0; // cut from texts of any length
    };
  }

  /** Places in what super-nets are trained on; 0 where none are told. */
  static long corpusPlaces(Recipe recipe) {
    TextCorpus text = recipe.corpus().corpus();
    if (text == null) {
      return places(recipe);
    }
    return recipe.subject() == Subject.TEXT ? text.count() : 0;
  }
}
