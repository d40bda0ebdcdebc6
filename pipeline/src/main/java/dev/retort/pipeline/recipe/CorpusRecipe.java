package dev.retort.pipeline.recipe;

import dev.retort.space.Family;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The unlabelled text or images that super-nets are trained and searched on. Of text one of {@code
 * text} and {@code task-train} is given; of images {@code task-train}.
 *
 * @param text a file of sentences, one a line, plain or .gz; null for images
 * @param taskTrain whether it is that of the task's training examples, without their labels
 * @param heldOut sentences or images kept from training, for the search: a count or a share;
 *     default 2%
 * @param limit at most so many, held-out ones included, drawn by the seed; default all
 */
public record CorpusRecipe(
    @Nullable Path text, boolean taskTrain, Amount heldOut, @Nullable Integer limit) {

  static @Nullable CorpusRecipe read(Section recipe, Family.Input input) {
    if (!recipe.has("corpus")) {
      recipe.missing(
          "corpus",
          input == Family.Input.TEXT
              ? "a mapping with text: FILE or task-train: true"
              : "a mapping with task-train: true");
      return null;
    }
    Section section = recipe.section("corpus");
    Path text = null;
    boolean taskTrain = section.flag("task-train", false);
    if (input == Family.Input.IMAGES) {
      section.foreign(Recipe.OF_TEXT, "text");
      if (!taskTrain) {
        section.mistake(
            "task-train",
            "found none; allowed for images: true, the task's training images without their"
                + " labels; say task-train: true");
      }
    } else {
      text = section.path("text", "a file of sentences, one a line");
    }
    if (input == Family.Input.TEXT && section.has("text") == taskTrain) {
      section.mistake(
          taskTrain ? "task-train" : "text",
          taskTrain
              ? "found beside text; allowed: one of the two; take one out"
              : "found neither text nor task-train; allowed: one of the two; say text: FILE, or"
                  + " task-train: true for the task's training text without its labels");
    }
    Amount heldOut = OptimizerRecipe.amount(section, "held-out", Amount.percent(2));
    if (heldOut.value() == 0 || heldOut.percent() && heldOut.value() >= 100) {
      section.mistake(
          "held-out",
          "found " + heldOut + "; allowed: a count above 0, or a share"
              + " above 0% and below 100%; the search needs examples that were not trained on");
    }
    CorpusRecipe read = new CorpusRecipe(
        text, taskTrain, heldOut, section.integerOrNone("limit", null, 1, 1_000_000_000));
    section.close();
    return read;
  }
}
