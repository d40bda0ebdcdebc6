package dev.retort.pipeline.recipe;

import com.google.common.base.Splitter;
import dev.retort.space.Families;
import dev.retort.space.Family;
import org.jspecify.annotations.Nullable;

/**
 * What a recipe is about, as the family of its space and its task say; each has keys that others
 * have not.
 */
public enum Subject {
  /** Texts that are told apart: networks with an answer to each. */
  TEXT,
  /** Text of which words are masked: encoders with an answer to each, which word it was. */
  WORDS,
  /** Text whose words are tagged: encoders with an answer to each. */
  TAGS,
  /** Text that is written on: networks with an answer to each token, the next one. */
  LANGUAGE,
  /** Images. */
  IMAGES;

  /** Why a key does not fit a recipe for images. */
  static final String OF_TEXT = "belongs to text; the family of space looks at images";

  /** Why a key does not fit a recipe for text. */
  static final String OF_IMAGES = "belongs to images; the family of space looks at text";

  /** Why a key does not fit a recipe for language models. */
  static final String OF_EXAMPLES =
      "belongs to texts that are told apart; the family of space writes text";

  /** Why a key does not fit a recipe whose task asks for single words. */
  static final String OF_WHOLE =
      "belongs to texts that are told apart; the task of the recipe asks for single words";

  /** Why a key fits language models alone. */
  static final String OF_LANGUAGE =
      "belongs to language models; the family of space writes no text";

  /** What the networks of a family are about: one without classes, but with words, writes. */
  static Subject of(Family family) {
    if (family.input() == Family.Input.IMAGES) {
      return IMAGES;
    }
    return has(family, "vocabulary") && !has(family, "classes") ? LANGUAGE : TEXT;
  }

  private static boolean has(Family family, String property) {
    return family.properties().stream().anyMatch(each -> each.name().equals(property));
  }

  /** What a task makes of it: encoders of text have several. */
  Subject with(String kind) {
    if (this != TEXT) {
      return this;
    }
    return switch (kind) {
      case TaskRecipe.MASKED -> WORDS;
      case TaskRecipe.TAGGED -> TAGS;
      default -> this;
    };
  }

  /**
   * What a recipe is about that has not been read yet; text where it says nothing. A family that is
   * not known is told of when the space is read.
   */
  static Subject of(Section recipe) {
    Family found = Families.find(family(recipe));
    Subject subject = found == null ? TEXT : of(found);
    YamlTree task = recipe.peek("task");
    return subject.with(
        task instanceof YamlTree.Scalar scalar ? scalar.text() : scalar(task, "kind"));
  }

  /** The family of the space, or of the student that is given. */
  private static String family(Section recipe) {
    YamlTree student = recipe.peek("student");
    String architecture = scalar(student, "architecture");
    return student == null
        ? scalar(recipe.peek("space"), "family")
        : architecture.isEmpty()
            ? scalar(student, "family")
            : Splitter.on(':').splitToList(architecture).get(0).strip();
  }

  private static String scalar(@Nullable YamlTree tree, String key) {
    YamlTree.Entry entry =
        tree instanceof YamlTree.Mapping mapping ? mapping.entries().get(key) : null;
    return entry != null && entry.value() instanceof YamlTree.Scalar scalar ? scalar.text() : "";
  }

  /** Whether it asks for single tokens, and the parts of its text may be taken from one file. */
  boolean ofTokens() {
    return this == WORDS || this == TAGS || this == LANGUAGE;
  }

  /** Whether its networks are encoders of text. */
  boolean encodes() {
    return this == TEXT || this == WORDS || this == TAGS;
  }

  /** Whether pieces may be masked beside what the task does. */
  boolean masksInputs() {
    return this == TEXT || this == TAGS;
  }

  /** Whether documents are its text. */
  boolean ofDocuments() {
    return this == WORDS || this == LANGUAGE;
  }

  /** Why a key of texts that are told apart does not fit. */
  String notOfExamples() {
    return switch (this) {
      case IMAGES -> OF_TEXT;
      case LANGUAGE -> OF_EXAMPLES;
      case TEXT, WORDS, TAGS -> OF_WHOLE;
    };
  }
}
