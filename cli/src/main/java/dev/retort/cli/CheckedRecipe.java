package dev.retort.cli;

import dev.retort.distill.objective.Objectives;
import dev.retort.pipeline.recipe.RecipeFile;
import dev.retort.pipeline.recipe.Validation;
import java.util.Optional;

/** Checks recipes whole before anything is done. */
final class CheckedRecipe {
  private CheckedRecipe() {}

  /**
   * Checks a recipe with its files. Models of the hub are not fetched for it.
   *
   * @throws dev.retort.pipeline.recipe.RecipeErrors with every mistake
   */
  static Validation check(RecipeFile recipe) {
    return Validation.of(recipe, Objectives::create, name -> Optional.empty());
  }
}
