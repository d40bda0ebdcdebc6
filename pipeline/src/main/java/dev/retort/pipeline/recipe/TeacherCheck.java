package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableMap;
import dev.retort.data.GlueTask;
import dev.retort.data.TextTable;
import dev.retort.data.image.ImageTask;
import dev.retort.space.Architecture;
import dev.retort.space.NearestName;
import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
   * @param networks what networks of the recipe are
   */
  @Nullable
  Architecture teacher(TeacherRecipe given, NetworkCheck networks) {
    Architecture teacher = networks.of(TeacherRecipe.FIRST, given, given.train() != null);
    if (teacher == null) {
      return null;
    }
    String key = NetworkCheck.at(TeacherRecipe.FIRST, given);
    networks.head(teacher, key, advice(given));
    if (!checkFamily(teacher, key, networks)) {
      return null;
    }
    networks.longest(teacher, "teacher");
    if (recipe.subject() == Subject.LANGUAGE) {
      new LanguageCheck(findings).run(teacher, key);
    } else if (!recipe.images()) {
      new VocabularyCheck(findings).run(teacher, key);
    }
    return teacher;
  }

  /** What to do about a teacher that was read without a head for the task. */
  private static String advice(TeacherRecipe teacher) {
    return teacher.architecture() != null ? "" : "add teacher.train to fine-tune it";
  }

  /**
   * The further teachers as they will be, by name; without those that cannot be told.
   *
   * @param networks what networks of the recipe are
   * @param first the first teacher
   */
  ImmutableMap<String, Architecture> further(NetworkCheck networks, Architecture first) {
    Map<String, Architecture> known = new LinkedHashMap<>();
    recipe.teachers().forEach((name, teacher) -> {
      TeacherRecipe alone = teacher.alone();
      if (alone != null) {
        Architecture found = further("teachers." + name, alone, networks, first);
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
      String key, TeacherRecipe teacher, NetworkCheck networks, Architecture first) {
    Architecture found = networks.of(key, teacher, teacher.train() != null);
    if (found == null) {
      return null;
    }
    String at = NetworkCheck.at(key, teacher);
    if (EncoderHead.of(recipe.subject()) != null) {
      networks.head(found, at, advice(teacher));
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

  /** The teacher of students that are searched is of their family: they begin as slices of it. */
  private boolean checkFamily(Architecture teacher, String key, NetworkCheck networks) {
    if (recipe.students() instanceof Students.Given) {
      return networks.alike(teacher, key, "give another teacher");
    }
    String wanted = recipe.students().family();
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
