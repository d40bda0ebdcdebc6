package dev.retort.pipeline.recipe;

import dev.retort.data.MaskedWords;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a task that is written as a mapping.
 *
 * @param section the mapping
 * @param kind what is asked
 */
record TaskFiles(Section section, String kind) {
  static final int ANSWERS = 20;
  static final int ANSWER_TOKENS = 64;

  private static final String OF_CLASSES = "belongs to kind: classification and"
      + " token-classification; other tasks have no labels of their own";

  /** The task; null where it is wrong. */
  @Nullable
  TaskRecipe read() {
    return switch (kind) {
      case TaskRecipe.LANGUAGE -> texts();
      case TaskRecipe.MASKED -> masked();
      case TaskRecipe.TAGGED -> tagged();
      case TaskRecipe.INSTRUCTIONS -> instructed();
      default -> files();
    };
  }

  private @Nullable TaskRecipe files() {
    String name = name(true);
    Path labels = file("labels", true);
    Path train = file("train", true);
    Path dev = file("dev", true);
    Path test = file("test", false);
    return name == null || labels == null || train == null || dev == null
        ? null
        : new TaskRecipe.Files(name, labels, train, dev, test);
  }

  private @Nullable TaskRecipe texts() {
    String name = name(true);
    section.foreign(Subject.OF_EXAMPLES, "labels");
    Path train = file("train", true);
    Path dev = file("dev", false);
    Path test = file("test", false);
    return name == null || train == null ? null : new TaskRecipe.Texts(name, train, dev, test);
  }

  private @Nullable TaskRecipe masked() {
    String name = name(section.has("train"));
    section.foreign(OF_CLASSES, "labels");
    Path train = file("train", false);
    double masked = section.decimal("masked", MaskedWords.PROBABILITY, Interval.SHARE);
    Path dev = part("dev");
    Path test = part("test");
    return name == null ? null : new TaskRecipe.Masked(name, masked, train, dev, test);
  }

  private @Nullable TaskRecipe tagged() {
    String name = name(section.has("train"));
    Path labels = file("labels", false);
    Path train = file("train", false);
    Path dev = part("dev");
    Path test = part("test");
    return name == null ? null : new TaskRecipe.Tagged(name, labels, train, dev, test);
  }

  private @Nullable TaskRecipe instructed() {
    String name = name(section.has("train"));
    section.foreign(OF_CLASSES, "labels");
    Path train = file("train", false);
    Path dev = part("dev");
    Path test = part("test");
    int answers = section.integer("answers", ANSWERS, 0, 1_000_000);
    int tokens = section.integer("answer-tokens", ANSWER_TOKENS, 1, 65_536);
    return name == null ? null : new TaskRecipe.Instructed(name, answers, tokens, train, dev, test);
  }

  /** The task's name; that of its kind where it has no files of its own. */
  private @Nullable String name(boolean needed) {
    String name = section.text("name", "a name");
    if (name != null || section.has("name")) {
      return name;
    }
    if (needed) {
      section.missing("name", "the task's name in reports");
      return null;
    }
    return kind;
  }

  private @Nullable Path part(String key) {
    if (section.has(key) && !section.has("train")) {
      section.mistake(
          key,
          "found without train; allowed: beside train, a file of the task's own; add train: FILE,"
              + " or take it out and put the part into the folder of data");
    }
    return file(key, false);
  }

  private @Nullable Path file(String key, boolean needed) {
    if (needed && !section.has(key)) {
      section.missing(key, "a file");
    }
    return section.path(key, "a file");
  }
}
