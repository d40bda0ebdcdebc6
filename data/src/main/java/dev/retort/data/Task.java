package dev.retort.data;

import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What is asked of a text: its labels, its metrics, and how its files are read. */
public sealed interface Task permits GlueTask, TextTable {
  /** The parts that the data of a task comes in. */
  enum Split {
    /** What weights are trained on. */
    TRAIN,
    /** What settings are chosen on. */
    DEV,
    /** What is reported, and nothing is chosen on; GLUE ships it without labels. */
    TEST
  }

  /** The name, as recipes and reports have it, such as {@code sst-2}. */
  String name();

  /** The names of the classes in the order of the logits; empty for regression. */
  ImmutableList<String> labels();

  /** The names of the metrics, the first being the one that models are compared by. */
  ImmutableList<Metric> metrics();

  /** Whether an example is a pair of texts. */
  boolean pairs();

  /** Reads a file, with or without labels. */
  List<LabeledText> read(Path file);

  /** The names that a split's file may have, without {@code .gz}, the usual one first. */
  ImmutableList<String> fileNames(Split split);

  /** Whether the label is a score and not a class. */
  default boolean regression() {
    return labels().isEmpty();
  }

  /** The number of logits: the number of classes, or 1 for regression. */
  default int outputs() {
    return regression() ? 1 : labels().size();
  }

  /**
   * Reads a file that must have labels.
   *
   * @throws UserException if it has none, or cannot be read
   */
  default List<LabeledText> readLabeled(Path file) {
    List<LabeledText> texts = read(file);
    if (!texts.get(0).labeled()) {
      throw new UserException(
          UserException.Kind.INPUT,
          file
              + ": has no label column, as the test files of GLUE. A file with labels is needed"
              + " here: give the train or dev file of "
              + name()
              + ".");
    }
    return texts;
  }

  /**
   * Finds the file of a split in a folder, or in the folder below it that has the task's name.
   *
   * @throws UserException if there is none, with the names looked for
   */
  default Path file(Path folder, Split split) {
    ImmutableList<Path> folders = ImmutableList.of(folder, folder.resolve(folderName()));
    for (Path each : folders) {
      for (String name : fileNames(split)) {
        for (String ending : new String[] {"", ".gz"}) {
          Path file = each.resolve(name + ending);
          if (Files.isRegularFile(file)) {
            return file;
          }
        }
      }
    }
    throw new UserException(
        UserException.Kind.INPUT,
        folder
            + ": has no "
            + String.join(" or ", fileNames(split))
            + " (also with .gz), nor has its folder "
            + folderName()
            + ". Give the folder that holds the files of "
            + name()
            + ".");
  }

  /** The name of the task's folder below a folder of several tasks. */
  default String folderName() {
    return name();
  }
}
