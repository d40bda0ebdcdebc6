package dev.retort.cli;

import picocli.CommandLine.Option;

/** The option of verbs whose answer a program may read. */
final class JsonOption {
  @Option(names = "--json", description = "Prints one line of JSON instead of a table.")
  private boolean json;

  /** Whether JSON is asked for. */
  boolean asked() {
    return json;
  }
}
