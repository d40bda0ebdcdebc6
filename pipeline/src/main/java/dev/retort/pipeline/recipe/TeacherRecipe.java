package dev.retort.pipeline.recipe;

import dev.retort.space.Architecture;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The teacher: read from {@code model}, or of an {@code architecture} and trained from scratch.
 * Exactly one of the two is given.
 *
 * @param model where it is read from
 * @param architecture what it is, such as {@code bert:layers=4,hidden=160,heads=10,ratio=4}
 * @param pooling how a model read without a classifier is given one: {@code pooler}, {@code first}
 *     or {@code mean}; default {@code pooler}; null for images
 *     and tasks that ask for single tokens
 * @param train how it is trained on the task's labels; none: a model that is used as it is. An
 *     architecture is always trained (rate 1e-3 by default); a model is fine-tuned (5e-5)
 * @param cache where its outputs for the examples of trainings are kept, so that each is computed
 *     once; null: nowhere
 */
public record TeacherRecipe(
    @Nullable ModelSource model,
    @Nullable Architecture architecture,
    @Nullable Pooling pooling,
    @Nullable TrainingRecipe train,
    @Nullable Path cache)
    implements NetworkRecipe {

  /** What objectives call the teacher that the recipe has first. */
  public static final String FIRST = "teacher";

  /** Reads the first teacher, which a student that is given can do without. */
  static @Nullable TeacherRecipe first(
      Section recipe, CheckpointRecipe checkpoint, Subject subject) {
    if (!recipe.has(FIRST)) {
      if (!recipe.has("student")) {
        recipe.missing(FIRST, "a mapping with model or architecture");
      }
      return null;
    }
    return read(recipe.section(FIRST), checkpoint, subject);
  }

  /** Reads a teacher and closes the section. */
  static TeacherRecipe read(Section section, CheckpointRecipe checkpoint, Subject subject) {
    ModelSource model = ModelSource.read(section, "model");
    Architecture architecture =
        NetworkRecipe.architecture(section, "teacher", "is trained from scratch");
    Pooling pooling = NetworkRecipe.pooling(section, subject);
    TrainingRecipe train = null;
    if (section.has("train") || section.has("architecture")) {
      Section training = section.section("train");
      double rate = section.has("architecture") ? 1e-3 : 5e-5;
      train = TrainingRecipe.read(
          training, TrainingRecipe.standard(rate, checkpoint, subject), subject);
      training.close();
    }
    String folder = section.text("cache", "a folder");
    if (folder != null && subject == Subject.LANGUAGE) {
      section.mistake(
          "cache",
          "found with a language model; allowed: with texts and images; its logits of every token"
              + " would fill the disk; take it out");
    }
    Path cache = folder == null ? null : section.reading().written(folder);
    section.close();
    return new TeacherRecipe(model, architecture, pooling, train, cache);
  }
}
