package dev.retort.pipeline.recipe;

import dev.retort.space.Families;
import dev.retort.space.Family;

/** What a recipe is about, as the family of its space says; each has keys that others have not. */
public enum Subject {
  /** Texts that are told apart: networks with an answer to each. */
  TEXT,
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

  /**
   * What a recipe is about that has not been read yet; text where it says nothing. A family that is
   * not known is told of when the space is read.
   */
  static Subject of(Section recipe) {
    YamlTree space = recipe.peek("space");
    YamlTree.Entry family =
        space instanceof YamlTree.Mapping mapping ? mapping.entries().get("family") : null;
    Family found = family != null && family.value() instanceof YamlTree.Scalar scalar
        ? Families.find(scalar.text())
        : null;
    return found == null ? TEXT : of(found);
  }

  /** Why a key of texts that are told apart does not fit. */
  String notOfExamples() {
    return this == IMAGES ? OF_TEXT : OF_EXAMPLES;
  }
}
