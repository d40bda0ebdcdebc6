package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;

/**
 * What is measured in the end.
 *
 * @param splits the task's files: {@code dev}, {@code test}; default test where the task has one
 *     with labels (GLUE has not), else dev
 * @param metrics the measures; default, and where empty, the task's own
 * @param batch examples a batch; default 64
 */
public record EvaluateRecipe(
    ImmutableList<String> splits, ImmutableList<String> metrics, int batch) {
  private static final ImmutableList<String> METRICS =
      ImmutableList.of("accuracy", "f1", "matthews", "pearson", "spearman");

  static EvaluateRecipe read(Section recipe, @Nullable TaskRecipe task) {
    Section section = recipe.section("evaluate");
    boolean test = task instanceof TaskRecipe.Files files && files.test() != null;
    boolean unknown = task == null && recipe.has("task");
    ImmutableList<String> allowed =
        test || unknown ? ImmutableList.of("dev", "test") : ImmutableList.of("dev");
    EvaluateRecipe read = new EvaluateRecipe(
        section.words("splits", ImmutableList.of(test ? "test" : "dev"), allowed),
        section.words("metrics", ImmutableList.of(), METRICS),
        section.integer("batch", 64, 1, 65_536));
    section.close();
    return read;
  }
}
