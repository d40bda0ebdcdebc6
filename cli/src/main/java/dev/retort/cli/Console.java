package dev.retort.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where the command writes. Results go to {@code out}, everything else to {@code err}.
 *
 * @param out results
 * @param err messages and progress
 * @param terminal whether {@code err} is a terminal that may be drawn on
 */
record Console(PrintWriter out, PrintWriter err, boolean terminal) {
  /**
   * The streams of this process. The launcher says whether there is a terminal: the JDK's own
   * answer is about standard output and differs from release to release.
   */
  static Console standard(OutputStream out) {
    return new Console(
        writer(out),
        writer(new FileOutputStream(FileDescriptor.err)),
        Boolean.getBoolean("retort.terminal"));
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }

  /** A message of the command. */
  void message(String text) {
    err.println("retort: " + text);
  }
}
