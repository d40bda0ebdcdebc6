package dev.retort.data;

import dev.retort.space.UserException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The lines of a text file, read strictly: UTF-8 and nothing else, plain or (by its name) gzip.
 *
 * <p>Lines end with LF or CRLF, the last may lack its end, and a byte order mark at the start is
 * skipped. A file may not be empty; a line may have 1 MiB and a file, unpacked, 1 GiB, so that a
 * few bytes of gzip cannot fill the memory.
 */
public final class TextLines {
  /** The longest line, in bytes. */
  public static final int LONGEST_LINE = 1 << 20;

  /** The longest file, unpacked, in bytes. */
  public static final long LONGEST_FILE = 1L << 30;

  /** Takes the lines. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes a line.
     *
     * @param number the line's number from 1
     * @param line the line without its end
     */
    void line(int number, String line);
  }

  private final Path file;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8
      .newDecoder()
      .onMalformedInput(CodingErrorAction.REPORT)
      .onUnmappableCharacter(CodingErrorAction.REPORT);
  private int number;

  private TextLines(Path file) {
    this.file = file;
  }

  /**
   * Hands every line of a file to a sink.
   *
   * @throws UserException if the file is missing, empty, too long, not UTF-8 or broken gzip
   */
  public static void read(Path file, Sink sink) {
    new TextLines(file).read(sink);
  }

  /** The exception for something wrong at a line of a file. */
  public static UserException wrong(Path file, int line, String message) {
    return new UserException(UserException.Kind.INPUT, file + ":" + line + ": " + message);
  }

  /** The exception for something wrong with a whole file. */
  public static UserException wrong(Path file, String message) {
    return new UserException(UserException.Kind.INPUT, file + ": " + message);
  }

  private void read(Sink sink) {
    if (Files.isDirectory(file)) {
      throw wrong(file, "is a folder. Give a file.");
    }
    try (InputStream in = open()) {
      split(in, sink);
    } catch (NoSuchFileException e) {
      throw new UserException(
          UserException.Kind.INPUT, file + ": does not exist. Check the path.", e);
    } catch (ZipException | EOFException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          file
              + (number == 0 ? "" : ":" + (number + 1))
              + ": is broken gzip ("
              + e.getMessage()
              + "). Fetch the file again, or name it without .gz if it is plain text.",
          e);
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT, file + ": cannot be read (" + e.getMessage() + ").", e);
    }
    if (number == 0) {
      throw wrong(file, "is empty. At least one line is needed.");
    }
  }

  private InputStream open() throws IOException {
    InputStream raw = Files.newInputStream(file);
    if (!file.toString().endsWith(".gz")) {
      return new BufferedInputStream(raw, 1 << 16);
    }
    try {
      return new BufferedInputStream(new GZIPInputStream(raw, 1 << 16), 1 << 16);
    } catch (IOException e) {
      raw.close();
      throw e;
    }
  }

  private void split(InputStream in, Sink sink) throws IOException {
    byte[] block = new byte[1 << 16];
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    long total = 0;
    for (int count = in.read(block); count >= 0; count = in.read(block)) {
      total += count;
      if (total > LONGEST_FILE) {
        throw wrong(
            file,
            number + 1,
            "the file is longer than " + LONGEST_FILE + " bytes unpacked. Split it.");
      }
      int start = 0;
      for (int i = 0; i < count; i++) {
        if (block[i] == '\n') {
          line.write(block, start, i - start);
          emit(line, sink);
          start = i + 1;
        }
      }
      line.write(block, start, count - start);
      checkLength(line);
    }
    if (line.size() > 0) {
      emit(line, sink);
    }
  }

  private void checkLength(ByteArrayOutputStream line) {
    if (line.size() > LONGEST_LINE) {
      throw wrong(
          file,
          number + 1,
          "the line is longer than " + LONGEST_LINE + " bytes. Is this a text file? Split it.");
    }
  }

  private void emit(ByteArrayOutputStream line, Sink sink) {
    checkLength(line);
    byte[] bytes = line.toByteArray();
    line.reset();
    int from = number == 0 && startsWithMark(bytes) ? 3 : 0;
    int length = bytes.length - from;
    if (length > 0 && bytes[bytes.length - 1] == '\r') {
      length--;
    }
    number++;
    try {
      sink.line(number, decoder.decode(ByteBuffer.wrap(bytes, from, length)).toString());
    } catch (CharacterCodingException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          file + ":" + number + ": is not UTF-8. Convert the file to UTF-8.",
          e);
    }
  }

  private static boolean startsWithMark(byte[] bytes) {
    return bytes.length >= 3
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF;
  }
}
