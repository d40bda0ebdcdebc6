package dev.retort.pipeline.recipe;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How text becomes pieces (WordPiece).
 *
 * @param vocabulary a file with one piece a line (vocab.txt); its line, from 0, is the piece's id
 * @param lowerCase whether text is lower-cased and stripped of accents first; default true
 */
public record TokenizerRecipe(Path vocabulary, boolean lowerCase) {
  static @Nullable TokenizerRecipe read(Section recipe, String key) {
    if (!recipe.has(key)) {
      return null;
    }
    Section section = recipe.section(key);
    Path vocabulary = section.path("vocabulary", "a file of pieces, one a line");
    if (!section.has("vocabulary")) {
      section.missing("vocabulary", "a file of pieces, one a line");
    }
    boolean lowerCase = section.flag("lower-case", true);
    section.close();
    return vocabulary == null ? null : new TokenizerRecipe(vocabulary, lowerCase);
  }
}
