package dev.retort.benchmark;

import java.io.PrintStream;
import java.util.List;

/** Something that is measured by a word on the command line. */
public interface Benchmark {
  /** The word. */
  String name();

  /** What is measured, and which arguments it takes, in a line. */
  String about();

  /**
   * Measures, and prints a Markdown table.
   *
   * @param arguments what stood after the word
   * @param out where results go
   * @return the exit code: 0, or 2 where an argument is not known
   */
  int run(List<String> arguments, PrintStream out);
}
