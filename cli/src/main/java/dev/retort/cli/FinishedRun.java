package dev.retort.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Tells the folders of runs. */
final class FinishedRun {
  private FinishedRun() {}

  /** Whether a folder is that of a run, finished or not. */
  static boolean isRun(Path folder) {
    return Files.isRegularFile(folder.resolve("effective-recipe.yaml"));
  }
}
