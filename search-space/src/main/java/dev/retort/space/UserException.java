package dev.retort.space;

/**
 * A mistake of the user or of the world, never of the program: it is shown as its message alone.
 *
 * <p>The message says what was found, where, what is allowed and what to do. A programmer's mistake
 * is a plain JDK exception instead.
 */
public class UserException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What kind of mistake it is; each has its exit code in the command. */
  public enum Kind {
    /** A wrong recipe or command line: exit code 2. */
    USAGE(2),
    /** A bad or missing file or folder: exit code 3. */
    INPUT(3),
    /** No architecture meets the budget: exit code 4. */
    NO_STUDENT(4),
    /** Out of disk, memory or another resource: exit code 5. */
    RESOURCE(5);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    /** The exit code of the command. */
    public int exitCode() {
      return exitCode;
    }
  }

  private final Kind kind;

  /**
   * A mistake of the given kind.
   *
   * @param kind what kind of mistake
   * @param message what was found, where, what is allowed and what to do
   */
  public UserException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** As above, with what brought it about. */
  public UserException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What kind of mistake it is. */
  public Kind kind() {
    return kind;
  }
}
