package dev.retort.cli;

import dev.retort.data.GlueTask;
import dev.retort.data.Task;
import dev.retort.data.TextTable;
import dev.retort.pipeline.recipe.Estimate;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.TaskRecipe;
import dev.retort.pipeline.recipe.Validation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a recipe will take on this machine. */
final class RecipeEstimate {
  /** Training reaches about this share of the speed of one large matrix product. */
  static final double SHARE = 0.5;

  private RecipeEstimate() {}

  /** The estimate; null where the teacher is not known yet. */
  static @Nullable Estimate of(Validation validation) {
    if (validation.teacher() == null) {
      return null;
    }
    return Estimate.of(validation, data(validation.recipe()), SHARE * Machine.macsPerSecond());
  }

  private static Estimate.Data data(Recipe recipe) {
    TaskRecipe named = recipe.task();
    if (named == null) {
      return new Estimate.Data(0, 0);
    }
    Task task;
    Path train;
    if (named instanceof TaskRecipe.Files files) {
      task = TextTable.withLabels(files.name(), files.labels());
      train = files.train();
    } else {
      task = GlueTask.parse(named.name());
      Path folder = recipe.data();
      train = task.file(folder == null ? Path.of("") : folder, Task.Split.TRAIN);
    }
    return new Estimate.Data(task.readLabeled(train).size(), task.outputs());
  }
}
