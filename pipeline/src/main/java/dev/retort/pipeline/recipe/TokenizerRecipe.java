package dev.retort.pipeline.recipe;

import dev.retort.data.Tokenizer;
import dev.retort.data.WordPieceTokenizer;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How text becomes pieces: by a vocabulary of WordPiece, or by the tokenizer of a folder. One of
 * the two is given.
 *
 * @param vocabulary a file with one piece a line (vocab.txt); its line, from 0, is the piece's id
 * @param lowerCase whether text is lower-cased and stripped of accents first; default true; null
 *     with a folder, which says it itself
 * @param folder a folder with a tokenizer of any kind, such as tokenizer.json
 */
public record TokenizerRecipe(
    @Nullable Path vocabulary, @Nullable Boolean lowerCase, @Nullable Path folder) {
  static @Nullable TokenizerRecipe read(Section recipe, String key) {
    if (!recipe.has(key)) {
      return null;
    }
    Section section = recipe.section(key);
    Path vocabulary = section.path("vocabulary", "a file of pieces, one a line");
    Boolean lowerCase = section.flag("lower-case", true);
    Path folder = section.path("folder", "a folder with a tokenizer, such as tokenizer.json");
    if (section.has("folder")) {
      lowerCase = null;
      for (String other : new String[] {"vocabulary", "lower-case"}) {
        if (section.has(other)) {
          section.mistake(
              other, "found beside folder, whose tokenizer is whole; allowed: one; take one out");
        }
      }
    } else if (!section.has("vocabulary")) {
      section.missing(
          "vocabulary", "a file of pieces, one a line; or folder: one with a tokenizer");
    }
    section.close();
    return vocabulary == null && folder == null
        ? null
        : new TokenizerRecipe(vocabulary, lowerCase, folder);
  }

  /** The key that it is named by. */
  String key() {
    return folder != null ? "tokenizer.folder" : "tokenizer.vocabulary";
  }

  /**
   * Reads the tokenizer.
   *
   * @throws UserException when its files are missing or broken
   */
  public Tokenizer read() {
    return folder != null
        ? Tokenizer.read(folder)
        : WordPieceTokenizer.read(
            Objects.requireNonNull(vocabulary), Boolean.TRUE.equals(lowerCase));
  }
}
