package dev.retort.cli;

import dev.retort.pipeline.Retort;
import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs that came to their end: of such a job nothing is done again but its report. */
final class FinishedRun {
  private FinishedRun() {}

  /** Whether a folder is that of a run, finished or not. */
  static boolean isRun(Path folder) {
    return Files.isRegularFile(folder.resolve("effective-recipe.yaml"));
  }

  /**
   * The job of a finished run.
   *
   * @throws UserException when the folder holds no run, or one that is not finished
   */
  static Retort job(Path run) {
    Retort job = Retort.resume(run);
    if (!Files.isRegularFile(run.resolve("report.html"))) {
      throw new UserException(
          UserException.Kind.INPUT,
          run + ": this run is not finished. Go on with it first: retort resume " + run);
    }
    return job;
  }
}
