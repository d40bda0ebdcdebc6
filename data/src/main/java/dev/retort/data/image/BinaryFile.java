package dev.retort.data.image;

import dev.retort.data.TextLines;
import dev.retort.space.UserException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Opens a file of bytes, plain or (by its name) gzip, and says what is wrong with it. */
final class BinaryFile {
  /** The most bytes of a file that is held in memory, unpacked. */
  static final int LARGEST = 1 << 30;

  private BinaryFile() {}

  /** Reads from an opened file. */
  @FunctionalInterface
  interface Reader<T> {
    /** Reads; the stream is closed by the caller. */
    T read(InputStream in) throws IOException;
  }

  /**
   * Opens a file, reads and closes it.
   *
   * @throws UserException if the file is missing, broken gzip or cannot be read
   */
  static <T> T read(Path file, Reader<T> reader) {
    if (Files.isDirectory(file)) {
      throw TextLines.wrong(file, "is a folder. Give a file.");
    }
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = unpacked(file, raw)) {
      return reader.read(in);
    } catch (NoSuchFileException e) {
      throw wrong(file, "does not exist. Check the path.", e);
    } catch (ZipException | EOFException e) {
      throw wrong(
          file,
          "is broken gzip (" + e.getMessage()
              + "). Fetch the file again, or name it without .gz if it is not packed.",
          e);
    } catch (IOException e) {
      throw wrong(file, "cannot be read (" + e.getMessage() + ").", e);
    }
  }

  /**
   * All bytes of a file, no more than are there or allowed.
   *
   * @throws UserException also if it is longer than the limit
   */
  static byte[] bytes(Path file, int limit) {
    byte[] bytes = read(file, in -> in.readNBytes(limit + 1));
    if (bytes.length > limit) {
      throw TextLines.wrong(file, "is longer than " + limit + " bytes. Split it or scale it down.");
    }
    return bytes;
  }

  static UserException wrong(Path file, String message, Exception cause) {
    return new UserException(UserException.Kind.INPUT, file + ": " + message, cause);
  }

  private static InputStream unpacked(Path file, InputStream raw) throws IOException {
    return file.toString().endsWith(".gz")
        ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16)
        : new BufferedInputStream(raw, 1 << 16);
  }
}
