package dev.retort.pipeline.recipe;

import dev.retort.data.Tokenizer;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.format.HuggingFaceFit;
import java.nio.file.Files;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a student is that is given, and whether it fits task, teacher and export. */
final class StudentCheck {
  private static final String KEY = "student";

  private final Findings findings;
  private final Recipe recipe;
  private final Students.Given given;
  private final NetworkCheck networks;

  StudentCheck(Findings findings, Students.Given given, NetworkCheck networks) {
    this.findings = findings;
    this.recipe = findings.recipe();
    this.given = given;
    this.networks = networks;
  }

  /**
   * The student as it will be trained; null where that cannot be told.
   *
   * @param teacher null: not known, or none
   */
  @Nullable
  Architecture student(@Nullable Architecture teacher) {
    StudentRecipe student = given.student();
    Architecture found = networks.of(KEY, student, true);
    String at = NetworkCheck.at(KEY, student);
    if (found == null
        || !networks.alike(
            found, at, "write student: {family: " + found.family().name() + "}")) {
      return null;
    }
    if (!networks.head(found, at, "")) {
      return null;
    }
    networks.longest(found, KEY);
    if (recipe.teacher() == null) {
      checkAlone(found, at);
    } else if (teacher != null) {
      checkTaught(found, teacher, at);
    }
    checkExport(found);
    return found;
  }

  /** Without a teacher the student's own folder says how text is read. */
  private void checkAlone(Architecture student, String at) {
    if (recipe.subject() == Subject.LANGUAGE) {
      new LanguageCheck(findings).run(student, at);
    } else if (!recipe.images()) {
      new VocabularyCheck(findings).run(student, at);
    }
    if (given.student().sliced()) {
      findings.mistake(
          "student.initial", "found teacher without one; allowed: random; add teacher");
    }
    FinetuneRecipe finetune = recipe.finetune();
    if (finetune != null && finetune.baselines().contains("teacher-slices")) {
      findings.mistake(
          "finetune.baselines", "found teacher-slices without a teacher; allowed: scratch");
    }
  }

  private void checkTaught(Architecture student, Architecture teacher, String at) {
    same(student, teacher, "vocabulary", at, "pieces", "one that reads the same text");
    if (recipe.teacher() != null && student.has("vocabulary")) {
      sameWords(recipe.teacher(), at);
    }
    same(student, teacher, "channels", at, "planes", "one that looks at the same images");
    String misfit = !student.family().name().equals(teacher.family().name())
        ? "family is not the teacher's, " + teacher.family().name()
        : student.family().misfit(student, teacher);
    if (misfit == null) {
      return;
    }
    if (given.student().sliced()) {
      findings.mistake(
          "student.initial",
          "found teacher for " + student + ", whose " + misfit
              + "; allowed: a student that can be cut from it; write initial: random");
    }
    FinetuneRecipe finetune = recipe.finetune();
    if (finetune != null && finetune.baselines().contains("teacher-slices")) {
      findings.mistake(
          "finetune.baselines",
          "found teacher-slices for " + student + ", whose " + misfit
              + "; allowed: scratch; take it out");
    }
  }

  private void same(
      Architecture student,
      Architecture teacher,
      String dimension,
      String at,
      String what,
      String allowed) {
    Integer own = student.has(dimension) ? Integer.valueOf(student.integer(dimension)) : null;
    Integer others = teacher.has(dimension) ? Integer.valueOf(teacher.integer(dimension)) : null;
    if (!Objects.equals(own, others)) {
      findings.mistake(
          at,
          "found " + (own == null ? "no " : own + " ") + what + ", where the teacher has "
              + (others == null ? "none" : others) + "; allowed: " + allowed
              + (given.student().architecture() == null || others == null
                  ? ""
                  : "; write " + dimension + "=" + others));
    }
  }

  /** One text is read once for both, so that a piece must be the same to both. */
  private void sameWords(TeacherRecipe teacher, String at) {
    Tokenizer own = tokenizer(given.student());
    Tokenizer others = tokenizer(teacher);
    if (own == null || others == null || own.size() != others.size()) {
      return; // Vocabularies of two sizes are told of before.
    }
    for (int i = 0; i < own.size(); i++) {
      if (!own.token(i).equals(others.token(i))) {
        findings.mistake(
            at,
            "found a vocabulary whose piece " + i + " is " + own.token(i)
                + ", where the teacher's is " + others.token(i)
                + "; allowed: one that reads the same text; give a student with the teacher's"
                + " tokenizer");
        return;
      }
    }
  }

  /** A network's own tokenizer, where there is one that lies here. */
  private @Nullable Tokenizer tokenizer(NetworkRecipe network) {
    return network.model() instanceof ModelSource.Folder folder
            && Files.isDirectory(folder.path())
            && Tokenizer.standsIn(folder.path())
        ? findings.attempt(KEY, "", () -> Tokenizer.read(folder.path()))
        : null;
  }

  private void checkExport(Architecture student) {
    if (!recipe.export().contains("hugging-face")) {
      return;
    }
    try {
      HuggingFaceFit.check(student);
    } catch (UserException e) {
      findings.mistake(
          "export", "found hugging-face, but the student cannot be written so: " + e.getMessage());
    }
  }
}
