/**
 * Recipes: what a job is asked to do, read strictly from YAML, checked whole before the first step.
 *
 * <p>{@link dev.retort.pipeline.recipe.RecipeReader} reads a file, {@link
 * dev.retort.pipeline.recipe.Validation} checks what only files and numbers together can tell.
 */
@NullMarked
package dev.retort.pipeline.recipe;

import org.jspecify.annotations.NullMarked;
