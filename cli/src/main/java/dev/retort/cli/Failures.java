package dev.retort.cli;

import dev.retort.pipeline.StoppedException;
import dev.retort.space.UserException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * What the user sees of a failure: the message alone of a mistake of theirs, advice where a
 * resource ran out, and a stack trace only of a mistake of ours.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final String REPORT =
      "retort: this is a mistake of ours. Please report it with the"
          + " lines above, the command and `retort doctor`.";

  private static final String MEMORY = "out of memory. Give the recipe a smaller batch, shorter"
      + " sequences or fewer workers; tensors need memory beside the heap, whose limit is"
      + " JAVA_OPTS=-Xmx4g.";

  private final Console console;

  Failures(Console console) {
    this.console = console;
  }

  @Override
  public int handleExecutionException(Exception thrown, CommandLine line, ParseResult parsed) {
    return handle(thrown);
  }

  @Override
  public int handleParseException(ParameterException thrown, String[] arguments) {
    CommandLine line = thrown.getCommandLine();
    String verb = line.getCommandSpec().qualifiedName();
    console.message(message(thrown) + " `" + verb + " --help` says how it is called.");
    return ExitCode.USAGE;
  }

  private static String message(ParameterException thrown) {
    if (thrown instanceof UnmatchedArgumentException unmatched) {
      String first = unmatched.getUnmatched().get(0);
      boolean option = unmatched.isUnknownOption();
      boolean verb = !option && !unmatched.getCommandLine().getSubcommands().isEmpty();
      // The library's idea of likeness goes far; who mistypes rarely misses the first letters.
      List<String> near = unmatched.getSuggestions().stream()
          .filter(each -> each.regionMatches(0, first, 0, option ? 3 : 1))
          .toList();
      return "no " + (option ? "option" : verb ? "verb" : "further argument is taken:") + " ("
          + first + ")" + (near.isEmpty() ? "." : "; did you mean " + near.get(0) + "?");
    }
    String message = String.valueOf(thrown.getMessage()).strip();
    String first = message.substring(0, Math.min(1, message.length())).toLowerCase(Locale.ROOT);
    return first + message.substring(first.length()) + (message.endsWith(".") ? "" : ".");
  }

  /** Says what happened and gives the exit code. */
  int handle(Throwable thrown) {
    if (thrown instanceof UserException mistake) {
      console.message(String.valueOf(mistake.getMessage()));
      return mistake.kind().exitCode();
    }
    if (thrown instanceof StoppedException) {
      // The JVM ends with the signal's own code; this one is seen where there was no signal.
      console.message(String.valueOf(thrown.getMessage()));
      return ExitCode.INTERRUPTED;
    }
    if (outOfMemory(thrown)) {
      console.message(MEMORY);
      return ExitCode.RESOURCE;
    }
    thrown.printStackTrace(console.err());
    console.err().println(REPORT);
    return ExitCode.BUG;
  }

  /** Whether the heap, or the engine's memory outside of it, ran out. */
  private static boolean outOfMemory(Throwable thrown) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      String message = String.valueOf(each.getMessage());
      if (each instanceof OutOfMemoryError
          || message.contains("can't allocate memory")
          || message.contains("out of memory")) {
        return true;
      }
    }
    return false;
  }
}
