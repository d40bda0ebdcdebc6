package dev.retort.pipeline.recipe;

import dev.retort.space.Architecture;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/** Whether the tokenizer of a recipe is that of the network that says how text is read. */
final class VocabularyCheck {
  private final Findings findings;
  private final Recipe recipe;

  VocabularyCheck(Findings findings) {
    this.findings = findings;
    this.recipe = findings.recipe();
  }

  /**
   * Checks it.
   *
   * @param reader the teacher, or the student where there is none
   * @param key where it stands in the recipe
   */
  void run(Architecture reader, String key) {
    TokenizerRecipe tokenizer = recipe.tokenizer();
    if (tokenizer == null) {
      if (recipe.reader().architecture() != null) {
        String who = recipe.teacher() == null ? "student that begins" : "teacher trained";
        findings.mistake(
            "tokenizer",
            "found nothing; allowed: a vocabulary, as a " + who
                + " from scratch has no folder with one; add tokenizer: {vocabulary: FILE}");
      }
      return;
    }
    String at = tokenizer.key();
    if (tokenizer.vocabulary() != null && !Files.isRegularFile(tokenizer.vocabulary())) {
      return;
    }
    @Nullable Integer pieces = findings.attempt(at, "", () -> tokenizer.read().size());
    if (pieces != null && pieces != reader.integer("vocabulary")) {
      findings.mistake(
          at,
          "found " + pieces
              + " pieces; allowed: " + reader.integer("vocabulary") + ", as in " + key
              + "; give its own vocabulary"
              + (recipe.reader().model() == null ? " or write vocabulary=" + pieces : ""));
    }
  }
}
