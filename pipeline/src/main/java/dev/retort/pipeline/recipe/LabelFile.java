package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import dev.retort.data.TextTable;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The labels of a task's classes, one a line, in the order of the logits. */
public final class LabelFile {
  private LabelFile() {}

  /**
   * Reads the labels; a task needs two or more, all different, none empty.
   *
   * @throws UserException when the file cannot be read or its labels are not such
   */
  public static ImmutableList<String> read(Path file) {
    try {
      ImmutableList<String> labels = ImmutableList.copyOf(Files.readAllLines(file));
      if (labels.stream().anyMatch(label -> label.isBlank() || label.contains("\t"))) {
        throw refuse(file, "has an empty label or one with a tab; allowed: a label a line");
      }
      return new TextTable("task", labels).labels();
    } catch (IllegalArgumentException e) {
      throw refuse(file, String.valueOf(e.getMessage()));
    } catch (CharacterCodingException e) {
      throw refuse(file, "is not UTF-8; save it as UTF-8");
    } catch (IOException e) {
      throw refuse(file, "cannot be read (" + e.getMessage() + ")");
    }
  }

  private static UserException refuse(Path path, String message) {
    return new UserException(UserException.Kind.INPUT, path + ": " + message);
  }
}
