package dev.retort.pipeline.recipe;

import dev.retort.data.Tokenizer;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.logit.MeanSquaredError;
import dev.retort.space.Architecture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What only recipes can have wrong whose task asks an encoder for single words. */
final class TokenCheck {
  private final Findings findings;
  private final Recipe recipe;

  TokenCheck(Findings findings) {
    this.findings = findings;
    this.recipe = findings.recipe();
  }

  /** Checks the tokenizer. */
  void run() {
    if (recipe.subject() == Subject.WORDS) {
      mask();
    }
  }

  /**
   * Whether a network answers each word, with as many tags as there are.
   *
   * @param advice what else to do about it; empty: write another architecture
   */
  static boolean head(
      Findings findings,
      Architecture teacher,
      String key,
      @Nullable Integer outputs,
      String advice) {
    Recipe recipe = findings.recipe();
    EncoderHead head = Objects.requireNonNull(EncoderHead.of(recipe.subject()));
    if (!teacher.has("head") || head.isOn(teacher, outputs)) {
      return true; // A network of another family than it must be is told of elsewhere.
    }
    boolean counted = head.isOn(teacher, null);
    String found = counted
        ? "found " + teacher.integer("classes") + " classes; allowed: " + outputs
            + ", the tags of the task"
        : "found head=" + teacher.word("head") + "; allowed: head=" + head.word()
            + ", since the task asks for single words";
    String write = counted ? "classes=" + outputs : "head=" + head.word();
    findings.mistake(
        key,
        found
            + (advice.isEmpty() ? "; write " + write : "; " + advice + " with a head of its own"));
    return false;
  }

  /** Words can only be masked by a tokenizer that has a mask. */
  private void mask() {
    TokenizerRecipe given = recipe.tokenizer();
    Path folder = given != null
        ? given.folder()
        : recipe.reader().model() instanceof ModelSource.Folder own ? own.path() : null;
    if (folder == null || !Files.isDirectory(folder)) {
      return; // A vocabulary of WordPiece has one; what is missing is told of elsewhere.
    }
    String key =
        given != null ? given.key() : recipe.teacher() == null ? "student.model" : "teacher.model";
    Tokenizer tokenizer = findings.attempt(key, "", () -> Tokenizer.read(folder));
    if (tokenizer != null && tokenizer.specials().mask().isEmpty()) {
      findings.mistake(
          key,
          "found a tokenizer without a mask token; allowed: one with it, as the task masks words;"
              + " give one of BERT or RoBERTa, or name mask_token in tokenizer_config.json");
    }
  }

  /** Why an objective does not fit words and tags; null where it does. */
  static @Nullable String unfit(Objective objective, Objective.Needs needs) {
    if (objective.name().equals(MeanSquaredError.NAME)) {
      return "found an objective that takes labels for scores; allowed here: those of classes, as"
          + " a label is a word or a tag; write cross-entropy";
    }
    return needs.logits() && !needs.studentTaps().isEmpty()
        ? "found an objective that reads one state of each text beside its logits; allowed here:"
            + " those of logits or of states alone, as these logits are of words; write nkd or kd"
        : null;
  }
}
