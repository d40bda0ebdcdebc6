package dev.retort.data.image;

import com.google.common.collect.ImmutableList;
import dev.retort.data.Task;
import dev.retort.data.TextLines;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Finds the files of the parts of a data set by their names. */
final class SplitFiles {
  private SplitFiles() {}

  /** The words that names of a part begin with, the usual one first. */
  static ImmutableList<String> words(Task.Split split) {
    return switch (split) {
      case TRAIN -> ImmutableList.of("train");
      case DEV -> ImmutableList.of("dev", "val", "valid", "validation");
      case TEST -> ImmutableList.of("test");
    };
  }

  /** The names of a folder's entries that a pattern matches as a whole, sorted by name. */
  static ImmutableList<Path> matching(Path folder, Pattern pattern) {
    return entries(folder).stream()
        .filter(each -> pattern.matcher(name(each)).matches())
        .collect(ImmutableList.toImmutableList());
  }

  /** What stands in a folder, sorted by name, hidden entries left out; empty if it is none. */
  static ImmutableList<Path> entries(Path folder) {
    if (!Files.isDirectory(folder)) {
      return ImmutableList.of();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(each -> {
        if (!name(each).startsWith(".")) {
          found.add(each);
        }
      });
    } catch (IOException e) {
      throw BinaryFile.wrong(folder, "cannot be read (" + e.getMessage() + ").", e);
    }
    found.sort(Comparator.comparing(SplitFiles::name));
    return ImmutableList.copyOf(found);
  }

  /** The one folder of some that exists. */
  static Path folder(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw TextLines.wrong(folder, "is no folder. Check the path.");
    }
    return folder;
  }

  static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  /** A name without its last ending, and without {@code .gz} before that. */
  static String stem(Path file) {
    String name = name(file);
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? name : name.substring(0, dot);
  }

  /** Refuses what is no file that is named as an image. */
  static void requireImage(Path file) {
    if (!isImage(file) || Files.isDirectory(file)) {
      throw TextLines.wrong(
          file,
          "is no image by its name: .png, .jpg and .jpeg are read. Convert it or take it out.");
    }
  }

  /** Whether a file's name is one of a PNG or JPEG. */
  static boolean isImage(Path file) {
    String name = name(file).toLowerCase(Locale.ROOT);
    return name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg");
  }
}
