package dev.retort.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Standard output that remembers why it could no longer be written, which a {@code PrintWriter}
 * forgets. What comes after the first failure is dropped.
 */
final class WatchedOutput extends OutputStream {
  private final OutputStream to;
  private @Nullable IOException failure;

  WatchedOutput(OutputStream to) {
    this.to = to;
  }

  @Override
  public void write(int each) {
    write(new byte[] {(byte) each}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    if (failure != null) {
      return;
    }
    try {
      to.write(bytes, from, length);
    } catch (IOException e) {
      failure = e;
    }
  }

  /**
   * The exit code of a command that ended with the given one. A reader that wants no more, such as
   * {@code head}, is no mistake; a full disk is.
   */
  int exitCode(int code, Console console) {
    IOException thrown = failure;
    if (thrown == null || code != ExitCode.DONE || readerGone(thrown)) {
      return code;
    }
    console.message("the output cannot be written (" + thrown.getMessage()
        + "). Free some space, or write it elsewhere.");
    return ExitCode.RESOURCE;
  }

  private static boolean readerGone(IOException thrown) {
    String message = String.valueOf(thrown.getMessage()).toLowerCase(Locale.ROOT);
    return message.contains("pipe") || message.contains("bad file descriptor");
  }
}
