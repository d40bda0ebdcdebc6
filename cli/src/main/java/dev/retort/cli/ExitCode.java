package dev.retort.cli;

/** The exit codes of the command, and the lines that document them in the help of the verbs. */
final class ExitCode {
  static final int DONE = 0;
  static final int BUG = 1;
  static final int USAGE = 2;
  static final int RESOURCE = 5;
  static final int DIFFERENT = 6;
  static final int INTERRUPTED = 130;

  static final String HEADING = "%nExit codes:%n";
  static final String DONE_LINE = "0:done";
  static final String BUG_LINE = "1:a mistake of ours; please report it";
  static final String USAGE_LINE = "2:wrong usage or recipe";
  static final String INPUT_LINE = "3:bad or missing input";
  static final String NO_STUDENT_LINE = "4:no student meets the budget";
  static final String RESOURCE_LINE = "5:out of a resource: memory, disk";
  static final String DIFFERENT_LINE = "6:a check found a difference";
  static final String INTERRUPTED_LINE = "130:stopped by Ctrl-C; retort resume goes on";
  static final String TERMINATED_LINE = "143:stopped by SIGTERM; retort resume goes on";

  private ExitCode() {}
}
