package dev.retort.pipeline.recipe;

import dev.retort.data.Tokenizer;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.logit.MeanSquaredError;
import dev.retort.space.Architecture;
import dev.retort.supernet.Tap;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What only recipes for language models can have wrong. */
final class LanguageCheck {
  private final Findings findings;
  private final Recipe recipe;

  LanguageCheck(Findings findings) {
    this.findings = findings;
    this.recipe = findings.recipe();
  }

  /** Checks the tokenizer and what is generated, as far as the tokenizer lies here. */
  void run(Architecture teacher, String teacherKey) {
    int longest = teacher.family().longest(teacher);
    GeneratedRecipe generated = recipe.corpus().generated();
    if (generated != null && generated.tokens() > longest) {
      findings.mistake(
          "corpus.generated.tokens",
          "found " + generated.tokens() + "; allowed: at most " + longest
              + ", the teacher's positions; shorten it");
    }
    Integer cached = recipe.students().cached();
    if (recipe.students() instanceof Students.Searched && cached != null && cached >= longest) {
      findings.mistake(
          "search.cached",
          "found " + cached + "; allowed: fewer than " + longest + ", the teacher's positions, of"
              + " which the token itself needs one");
    }
    Tokenizer tokenizer = tokenizer();
    if (tokenizer == null) {
      return;
    }
    int words = teacher.integer("vocabulary");
    if (tokenizer.size() > words) {
      findings.mistake(
          recipe.tokenizer() == null ? teacherKey : recipe.tokenizer().key(),
          "found a tokenizer of " + tokenizer.size() + " pieces; allowed: at most " + words
              + ", the teacher's words; give the teacher's own tokenizer");
    } else if (generated != null) {
      findings.attempt("corpus.generated", "", () -> generated.beginning(tokenizer).length);
    }
  }

  private @Nullable Tokenizer tokenizer() {
    TokenizerRecipe given = recipe.tokenizer();
    if (given != null) {
      return given.vocabulary() != null && !Files.isRegularFile(given.vocabulary())
          ? null
          : findings.attempt(given.key(), "", given::read);
    }
    if (recipe.reader().architecture() != null) {
      findings.mistake(
          "tokenizer",
          "found nothing; allowed: a folder with a tokenizer, as a network trained from scratch"
              + " has none; add tokenizer: {folder: FOLDER}");
      return null;
    }
    if (!(recipe.reader().model() instanceof ModelSource.Folder folder)) {
      return null;
    }
    Path path = folder.path();
    if (!Files.isDirectory(path)) {
      findings.mistake(
          "tokenizer",
          "found nothing; allowed: a folder with a tokenizer, as the teacher is a file of weights;"
              + " add tokenizer: {folder: FOLDER}");
      return null;
    }
    return findings.attempt(
        "tokenizer", "add tokenizer: {folder: FOLDER}", () -> Tokenizer.read(path));
  }

  /** Why an objective does not fit language models; null where it does. */
  static @Nullable String unfit(Objective objective, Objective.Needs needs) {
    if (objective.name().equals(MeanSquaredError.NAME)) {
      return "found an objective that takes labels for scores; allowed for language models: those"
          + " of classes, as a label is a token; write cross-entropy";
    }
    if (needs.logits() && !needs.studentTaps().isEmpty()) {
      return "found an objective that reads one state of each text beside its logits; allowed for"
          + " language models: those of logits alone, as these are of tokens; write nkd or kd";
    }
    if (needs.studentTaps().stream().map(Tap::name).anyMatch(each -> each.matches(".*\\.[qkv]"))) {
      return "found an objective that relates all tokens of a text to each other; allowed for"
          + " language models: kd, nkd, cross-entropy and hidden-state, as a token has not read"
          + " those behind it";
    }
    return null;
  }
}
