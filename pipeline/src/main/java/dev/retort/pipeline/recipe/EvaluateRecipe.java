package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Family;
import org.jspecify.annotations.Nullable;

/**
 * What is measured in the end.
 *
 * @param splits the task's files: {@code dev}, {@code test}; default test where the task has one
 *     with labels (GLUE has not), else dev
 * @param metrics the measures; default, and where empty, the task's own
 * @param batch examples a batch; default 64
 * @param dev images of the training part that are kept for dev, where a task has no dev part of its
 *     own; a count or a share, default 10%; null for text
 */
public record EvaluateRecipe(
    ImmutableList<String> splits, ImmutableList<String> metrics, int batch, @Nullable Amount dev) {
  private static final ImmutableList<String> METRICS =
      ImmutableList.of("accuracy", "f1", "matthews", "pearson", "spearman");

  static EvaluateRecipe read(Section recipe, @Nullable TaskRecipe task, Family.Input input) {
    Section section = recipe.section("evaluate");
    boolean test = task instanceof TaskRecipe.Files files && files.test() != null
        || task instanceof TaskRecipe.Images;
    boolean unknown = task == null && recipe.has("task");
    ImmutableList<String> allowed =
        test || unknown ? ImmutableList.of("dev", "test") : ImmutableList.of("dev");
    EvaluateRecipe read = new EvaluateRecipe(
        section.words("splits", ImmutableList.of(test ? "test" : "dev"), allowed),
        section.words("metrics", ImmutableList.of(), METRICS),
        section.integer("batch", 64, 1, 65_536),
        dev(section, input));
    section.close();
    return read;
  }

  private static @Nullable Amount dev(Section section, Family.Input input) {
    if (input == Family.Input.TEXT) {
      section.foreign(Recipe.OF_IMAGES, "dev");
      return null;
    }
    Amount dev = OptimizerRecipe.amount(section, "dev", Amount.percent(10));
    if (dev.value() == 0 || dev.percent() && dev.value() >= 100) {
      section.mistake(
          "dev",
          "found " + dev + "; allowed: a count above 0, or a share above 0% and below 100%;"
              + " ways of training are compared on these images");
    }
    return dev;
  }
}
