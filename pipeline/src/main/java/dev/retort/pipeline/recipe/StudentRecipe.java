package dev.retort.pipeline.recipe;

import dev.retort.space.Architecture;
import dev.retort.space.Families;
import org.jspecify.annotations.Nullable;

/**
 * A student that is given instead of searched: read from {@code model}, or of an {@code
 * architecture}. It may be of another family than its teacher.
 *
 * @param model where it is read from, its weights to begin with
 * @param architecture what it is, such as {@code distilbert:layers=6,hidden=768,heads=12,ratio=4}
 * @param family its family, which says what the recipe is about; default the architecture's, of a
 *     model {@code bert}, which stands for all encoders of text
 * @param pooling how a model read without a classifier is given one, as of a teacher
 * @param initial how an architecture begins: {@code random} (default), or {@code teacher}: as a
 *     slice of the teacher, which must be of its family; null for a model
 */
public record StudentRecipe(
    @Nullable ModelSource model,
    @Nullable Architecture architecture,
    String family,
    @Nullable Pooling pooling,
    TrainRecipe.@Nullable Initial initial)
    implements NetworkRecipe {

  /** Whether it begins as a slice of the teacher. */
  public boolean sliced() {
    return initial == TrainRecipe.Initial.TEACHER;
  }

  /** Reads a student and closes the section. */
  static StudentRecipe read(Section section, Subject subject) {
    ModelSource model = ModelSource.read(section, "model");
    Architecture architecture = NetworkRecipe.architecture(section, "student", "begins at random");
    String family = section.word(
        "family",
        architecture == null ? "bert" : architecture.family().name(),
        Families.all().keySet());
    if (architecture != null && !architecture.family().name().equals(family)) {
      section.mistake(
          "family",
          "found " + family + " beside an architecture of the family "
              + architecture.family().name() + "; allowed: with model; take it out");
    }
    Pooling pooling = NetworkRecipe.pooling(section, subject);
    TrainRecipe.Initial initial =
        section.has("architecture") ? section.word("initial", TrainRecipe.Initial.RANDOM) : null;
    if (initial == null && section.has("initial")) {
      section.mistake(
          "initial",
          "found beside model; allowed: with architecture; a model begins with its own weights;"
              + " take it out");
    }
    section.close();
    return new StudentRecipe(model, architecture, family, pooling, initial);
  }
}
