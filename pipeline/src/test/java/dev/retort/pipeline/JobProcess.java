package dev.retort.pipeline;

import java.nio.file.Path;

/** A job in a process of its own, for tests that kill it: arguments RECIPE FOLDER. */
final class JobProcess {
  private JobProcess() {}

  public static void main(String[] arguments) {
    Retort.recipe(Path.of(arguments[0])).run(Path.of(arguments[1]));
  }
}
