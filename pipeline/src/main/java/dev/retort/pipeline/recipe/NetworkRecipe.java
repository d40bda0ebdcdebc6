package dev.retort.pipeline.recipe;

import dev.retort.space.Architecture;
import org.jspecify.annotations.Nullable;

/**
 * A network that a recipe gives: read from {@code model}, or begun as an {@code architecture}.
 * Exactly one of the two is given.
 */
public sealed interface NetworkRecipe permits TeacherRecipe, StudentRecipe {
  /** Where it is read from. */
  @Nullable
  ModelSource model();

  /** What it is. */
  @Nullable
  Architecture architecture();

  /** How a model read without a classifier is given one; null where that is not asked. */
  @Nullable
  Pooling pooling();

  /** How the tokens of a text become one vector. */
  enum Pooling {
    /** BERT's dense layer and tanh over the first token. */
    POOLER,
    /** The first token as it is. */
    FIRST,
    /** The mean over the tokens that are not padding. */
    MEAN
  }

  /** Reads an architecture, and notes where not one of the two is given. */
  static @Nullable Architecture architecture(Section section, String who, String begun) {
    Architecture architecture = section.parsed(
        "architecture",
        "an architecture such as bert:layers=4,hidden=160,heads=10,ratio=4",
        Architecture::parse);
    if (section.has("model") == section.has("architecture")) {
      section.mistake(
          section.has("model") ? "architecture" : "model",
          section.has("model")
              ? "found beside model; allowed: one of the two; take one out"
              : "found neither model nor architecture; allowed: one of the two; say where the "
                  + who + " is read from, or what " + begun);
    }
    return architecture;
  }

  /** Reads how a model is given a classifier. */
  static @Nullable Pooling pooling(Section section, Subject subject) {
    if (subject != Subject.TEXT) {
      // A word's answer is made of its own state.
      section.foreign(subject.notOfExamples(), "pooling");
      return null;
    }
    return section.has("model") ? section.word("pooling", Pooling.POOLER) : null;
  }
}
