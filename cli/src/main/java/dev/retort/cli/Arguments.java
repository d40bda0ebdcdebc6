package dev.retort.cli;

import dev.retort.space.UserException;
import java.util.function.Supplier;

/**
 * Values of the command line. To the libraries a wrong value is a programmer's mistake; here it is
 * the user's.
 */
final class Arguments {
  private Arguments() {}

  /**
   * Reads a value.
   *
   * @param what the argument, for the message
   * @throws UserException when the value is not allowed
   */
  static <T> T read(String what, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (UserException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new UserException(UserException.Kind.USAGE, what + ": " + e.getMessage(), e);
    }
  }

  /**
   * A count.
   *
   * @throws UserException unless it is at least 1
   */
  static int positive(String what, int count) {
    if (count < 1) {
      throw new UserException(
          UserException.Kind.USAGE, what + ": must be at least 1, not (" + count + ")");
    }
    return count;
  }
}
