package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableMap;
import dev.retort.data.GlueTask;
import dev.retort.data.TextTable;
import dev.retort.data.image.ImageTask;
import dev.retort.space.Architecture;
import dev.retort.space.NearestName;
import dev.retort.space.UserException;
import dev.retort.space.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds out what the teacher is, and whether task, tokenizer and sequence fit it. */
final class TeacherCheck {
  private final Findings findings;
  private final Recipe recipe;

  TeacherCheck(Findings findings) {
    this.findings = findings;
    this.recipe = findings.recipe();
  }

  /**
   * The teacher as it will be when students learn from it; null where that cannot be told.
   *
   * @param hub the folder of a hub model that has been fetched
   * @param outputs logits of the task; null without a task
   */
  @Nullable
  Architecture teacher(Function<String, Optional<Path>> hub, @Nullable Integer outputs) {
    Architecture scratch = recipe.teacher().architecture();
    Architecture teacher =
        scratch != null ? scratch : read("teacher.model", recipe.teacher(), hub, outputs);
    if (teacher == null) {
      return null;
    }
    String key = scratch != null ? "teacher.architecture" : "teacher.model";
    if (EncoderHead.of(recipe.subject()) != null) {
      TokenCheck.head(findings, teacher, key, outputs);
    } else if (outputs != null && teacher.has("classes") && teacher.integer("classes") != outputs) {
      findings.mistake(
          key,
          "found " + teacher.integer("classes") + " classes; allowed: " + outputs
              + ", the labels of the task "
              + Objects.requireNonNull(recipe.task()).name()
              + (scratch != null
                  ? "; write classes=" + outputs
                  : "; add teacher.train to fine-tune it with a classifier of its own"));
    }
    if (!checkFamily(teacher, key)) {
      return null;
    }
    if (recipe.images()) {
      return teacher;
    }
    int longest = teacher.family().longest(teacher);
    if (recipe.pieces() > longest) {
      findings.mistake(
          "sequence",
          "found " + recipe.pieces() + "; allowed: at most " + longest
              + ", the teacher's positions; shorten it");
    }
    if (recipe.subject() == Subject.LANGUAGE) {
      new LanguageCheck(findings).run(teacher, key);
    } else {
      checkVocabulary(teacher, key);
    }
    return teacher;
  }

  /**
   * The further teachers as they will be, by name; without those that cannot be told.
   *
   * @param first the first teacher
   */
  ImmutableMap<String, Architecture> further(
      Function<String, Optional<Path>> hub, @Nullable Integer outputs, Architecture first) {
    Map<String, Architecture> known = new LinkedHashMap<>();
    recipe.teachers().forEach((name, teacher) -> {
      TeacherRecipe alone = teacher.alone();
      if (alone != null) {
        Architecture found = further("teachers." + name, alone, hub, outputs, first);
        if (found != null) {
          known.put(name, found);
        }
      }
    });
    recipe.teachers().forEach((name, teacher) -> {
      for (String member : teacher.ensemble()) {
        FurtherTeacher other = recipe.teachers().get(member);
        if (!member.equals(TeacherRecipe.FIRST) && (other == null || other.alone() == null)) {
          List<String> allowed = new ArrayList<>(List.of(TeacherRecipe.FIRST));
          recipe.teachers().entrySet().stream()
              .filter(each -> each.getValue().alone() != null)
              .forEach(each -> allowed.add(each.getKey()));
          findings.mistake(
              "teachers." + name + ".ensemble",
              "found the member " + member + "; allowed: " + String.join(", ", allowed)
                  + NearestName.advice(member, allowed));
          return;
        }
      }
      if (teacher.alone() == null) {
        known.put(name, first);
      }
    });
    return ImmutableMap.copyOf(known);
  }

  private @Nullable Architecture further(
      String key,
      TeacherRecipe teacher,
      Function<String, Optional<Path>> hub,
      @Nullable Integer outputs,
      Architecture first) {
    Architecture scratch = teacher.architecture();
    Architecture found = scratch != null ? scratch : read(key + ".model", teacher, hub, outputs);
    if (found == null) {
      return null;
    }
    String at = key + (scratch != null ? ".architecture" : ".model");
    if (EncoderHead.of(recipe.subject()) != null) {
      TokenCheck.head(findings, found, at, outputs);
    }
    int needed = first.family().outputs(first);
    if (found.family().outputs(found) != needed) {
      findings.mistake(
          at,
          "found " + found.family().outputs(found) + " classes; allowed: " + needed
              + ", those of the first teacher");
      return null;
    }
    if (first.has("vocabulary")
        && (!found.has("vocabulary")
            || found.integer("vocabulary") != first.integer("vocabulary"))) {
      findings.mistake(
          at,
          "found a teacher that does not read the " + first.integer("vocabulary")
              + " pieces of the first teacher's vocabulary; allowed: one that reads the same text");
      return null;
    }
    return found;
  }

  private @Nullable Architecture read(
      String key,
      TeacherRecipe teacher,
      Function<String, Optional<Path>> hub,
      @Nullable Integer outputs) {
    ModelSource source = Objects.requireNonNull(teacher.model());
    Path folder = source instanceof ModelSource.Hub named
        ? hub.apply(named.name()).orElse(null)
        : ((ModelSource.Folder) source).path();
    if (folder == null) {
      return null;
    }
    Architecture found = findings.attempt(key, "", () -> TeacherFolder.architecture(folder));
    TeacherRecipe.Pooling pooling = teacher.pooling();
    if (found == null || teacher.train() == null) {
      return found;
    }
    EncoderHead head = EncoderHead.of(recipe.subject());
    if (head != null && found.has("head")) {
      return head == EncoderHead.TAGS && outputs == null
          ? found
          : head.on(found, outputs == null ? 0 : outputs);
    }
    if (outputs == null) {
      return found;
    }
    if (found.has("classes") && found.integer("classes") == outputs) {
      return found;
    }
    Architecture headed = found.family().classifier(found, outputs);
    return pooling == null || !found.has("pooling")
        ? headed
        : headed.with("pooling", Value.of(RecipeTree.word(pooling)));
  }

  private boolean checkFamily(Architecture teacher, String key) {
    String wanted = recipe.space().family();
    if (!teacher.family().name().equals(wanted)) {
      findings.mistake(
          key,
          "found a teacher of the family " + teacher.family().name() + "; allowed: " + wanted
              + ", the family of space; write space: {family: "
              + teacher.family().name()
              + "} or give another teacher");
      return false;
    }
    return true;
  }

  private void checkVocabulary(Architecture teacher, String key) {
    TokenizerRecipe tokenizer = recipe.tokenizer();
    if (tokenizer == null) {
      if (recipe.teacher().architecture() != null) {
        findings.mistake(
            "tokenizer",
            "found nothing; allowed: a vocabulary, as a teacher trained"
                + " from scratch has no folder with one; add tokenizer: {vocabulary: FILE}");
      }
      return;
    }
    String at = tokenizer.key();
    if (tokenizer.vocabulary() != null && !Files.isRegularFile(tokenizer.vocabulary())) {
      return;
    }
    Integer pieces = findings.attempt(at, "", () -> tokenizer.read().size());
    if (pieces != null && pieces != teacher.integer("vocabulary")) {
      findings.mistake(
          at,
          "found " + pieces
              + " pieces; allowed: " + teacher.integer("vocabulary") + ", as in " + key
              + "; give its own vocabulary"
              + (recipe.teacher().model() == null ? " or write vocabulary=" + pieces : ""));
    }
  }

  /** Logits of the task; null without a task or where its labels cannot be read. */
  @Nullable
  Integer outputs() {
    TaskRecipe task = recipe.task();
    if (task instanceof TaskRecipe.Glue glue) {
      return GlueTask.parse(glue.name()).outputs();
    }
    if (task instanceof TaskRecipe.Images images && recipe.data() != null) {
      Path data = recipe.data();
      return Files.isDirectory(data)
          ? findings.attempt(
              "data", "", () -> ImageTask.open(images.name(), data).outputs())
          : null;
    }
    if (task instanceof TaskRecipe.Tagged tagged) {
      return tags(tagged);
    }
    if (task instanceof TaskRecipe.Files files && Files.isRegularFile(files.labels())) {
      return findings.attempt(
          "task.labels", "", () -> TextTable.withLabels(files.name(), files.labels())
              .outputs());
    }
    return null;
  }

  /** Tags of the task's files, where they are there; what is missing is told of elsewhere. */
  private @Nullable Integer tags(TaskRecipe.Tagged task) {
    Path train = task.train();
    Path data = recipe.data();
    boolean there = train != null ? Files.isRegularFile(train) : isFolderOf(task, data);
    boolean labels = task.labels() == null || Files.isRegularFile(task.labels());
    return there && labels
        ? findings.attempt(train == null ? "data" : "task.train", "", () -> TaggedFiles.of(recipe)
            .labels()
            .size())
        : null;
  }

  private static boolean isFolderOf(TaskRecipe.Tagged task, @Nullable Path data) {
    try {
      return data != null && Files.isRegularFile(TextFiles.in(data, task).train());
    } catch (UserException e) {
      return false; // FileCheck tells of it.
    }
  }
}
