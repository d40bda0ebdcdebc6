package dev.retort.supernet.format;

import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what a failed write means and what to do about it. */
final class DiskFailure {
  private static final long NEARLY_NOTHING = 1 << 20;
  private static final List<String> FULL =
      List.of("no space left", "disk quota exceeded", "not enough space", "disk is full");

  private DiskFailure() {}

  /** The exception to show for a failure to write a file or folder. */
  static UserException explain(Path path, IOException e) {
    String reason = e.getMessage() == null ? e.toString() : e.getMessage();
    String lower = reason.toLowerCase(Locale.ROOT);
    if (e instanceof FileAlreadyExistsException) {
      return new UserException(
          UserException.Kind.INPUT,
          path + ": cannot be written, " + reason + " exists. Remove it or choose another name.",
          e);
    }
    if (FULL.stream().anyMatch(lower::contains)
        || (!(e instanceof AccessDeniedException) && free(path) < NEARLY_NOTHING)) {
      return new UserException(
          UserException.Kind.RESOURCE,
          path + ": cannot be written, the disk is full. Free some space or choose another folder;"
              + " what was finished before is intact.",
          e);
    }
    if (e instanceof AccessDeniedException
        || lower.contains("read-only")
        || e.getCause() instanceof ReadOnlyFileSystemException) {
      return new UserException(
          UserException.Kind.INPUT,
          path + ": cannot be written, permission is missing. Choose a folder that you may write"
              + " to.",
          e);
    }
    if (lower.contains("file name too long")) {
      return new UserException(
          UserException.Kind.INPUT,
          path + ": cannot be written, the name is too long. Choose a shorter one.",
          e);
    }
    return new UserException(
        UserException.Kind.RESOURCE,
        path + ": cannot be written: " + e + ". Check the disk; what was finished before is"
            + " intact.",
        e);
  }

  /** Bytes that are free where the path lies or would lie. */
  private static long free(Path path) {
    for (@Nullable Path at = path.toAbsolutePath(); at != null; at = at.getParent()) {
      try {
        return Files.getFileStore(at).getUsableSpace();
      } catch (NoSuchFileException e) {
        continue; // not there yet: ask its parent
      } catch (IOException e) {
        break;
      }
    }
    return Long.MAX_VALUE; // unknown: not a reason to call the disk full
  }
}
