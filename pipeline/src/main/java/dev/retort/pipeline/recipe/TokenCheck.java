package dev.retort.pipeline.recipe;

import dev.retort.data.Tokenizer;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.logit.MeanSquaredError;
import dev.retort.space.Architecture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What only recipes can have wrong whose task asks an encoder for single words. */
final class TokenCheck {
  private final Findings findings;
  private final Recipe recipe;
  private final ObjectiveFactory factory;

  TokenCheck(Findings findings, ObjectiveFactory factory) {
    this.findings = findings;
    this.recipe = findings.recipe();
    this.factory = factory;
  }

  /** Checks objectives and tokenizer, where the teacher is known. */
  void run(@Nullable Architecture teacher) {
    if (EncoderHead.of(recipe.subject()) == null) {
      return;
    }
    if (recipe.subject() == Subject.WORDS) {
      mask();
    }
    if (teacher != null) {
      objectives(teacher);
    }
  }

  /** Whether a teacher answers each word, with as many tags as there are. */
  static void head(Findings findings, Architecture teacher, String key, @Nullable Integer outputs) {
    Recipe recipe = findings.recipe();
    EncoderHead head = Objects.requireNonNull(EncoderHead.of(recipe.subject()));
    if (!teacher.has("head") || head.isOn(teacher, outputs)) {
      return; // A teacher of another family than the space's is told of elsewhere.
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
            + (recipe.teacher().architecture() != null
                ? "; write " + write
                : "; add teacher.train to fine-tune it with a head of its own"));
  }

  /** Words can only be masked by a tokenizer that has a mask. */
  private void mask() {
    TokenizerRecipe given = recipe.tokenizer();
    Path folder = given != null
        ? given.folder()
        : recipe.teacher().model() instanceof ModelSource.Folder own ? own.path() : null;
    if (folder == null || !Files.isDirectory(folder)) {
      return; // A vocabulary of WordPiece has one; what is missing is told of elsewhere.
    }
    String key = given != null ? given.key() : "teacher.model";
    Tokenizer tokenizer = findings.attempt(key, "", () -> Tokenizer.read(folder));
    if (tokenizer != null && tokenizer.specials().mask().isEmpty()) {
      findings.mistake(
          key,
          "found a tokenizer without a mask token; allowed: one with it, as the task masks words;"
              + " give one of BERT or RoBERTa, or name mask_token in tokenizer_config.json");
    }
  }

  private void objectives(Architecture teacher) {
    TrainingRecipe training = recipe.teacher().train();
    if (training != null) {
      check("teacher.train.objectives", training.objectives(), teacher);
    }
    check("train.objectives", recipe.train().objectives(), teacher);
    recipe.train().perSubSpace().forEach((name, own) -> {
      if (!own.objectives().equals(recipe.train().objectives())) {
        check("train.per-sub-space." + name + ".objectives", own.objectives(), teacher);
      }
    });
    FinetuneRecipe finetune = recipe.finetune();
    if (finetune != null) {
      check("finetune.objectives", finetune.train().objectives(), teacher);
      finetune
          .compare()
          .forEach((name, terms) -> check("finetune.compare." + name, terms, teacher));
      finetune
          .baselineTrain()
          .forEach((name, own) ->
              check("finetune.baseline-train." + name + ".objectives", own.objectives(), teacher));
    }
  }

  private void check(String key, List<Term> terms, Architecture teacher) {
    for (int i = 0; i < terms.size(); i++) {
      Term term = terms.get(i);
      String unfit = unfit(term, teacher);
      if (unfit != null) {
        findings.mistake(key + "[" + i + "]." + term.name(), unfit);
      }
    }
  }

  private @Nullable String unfit(Term term, Architecture teacher) {
    Objective.Needs needs;
    try {
      Objective objective = factory.create(term.name(), term.options());
      if (objective.name().equals(MeanSquaredError.NAME)) {
        return "found an objective that takes labels for scores; allowed here: those of classes, as"
            + " a label is a word or a tag; write cross-entropy";
      }
      needs = objective.needs(teacher, teacher);
    } catch (IllegalArgumentException e) {
      return null; // ObjectiveCheck tells of it.
    }
    return needs.logits() && !needs.studentTaps().isEmpty()
        ? "found an objective that reads one state of each text beside its logits; allowed here:"
            + " those of logits or of states alone, as these logits are of words; write nkd or kd"
        : null;
  }
}
