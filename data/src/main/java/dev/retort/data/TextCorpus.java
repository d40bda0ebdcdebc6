package dev.retort.data;

import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Text without labels: a file, {@code .txt} or {@code .txt.gz}, or all such files in a folder and
 * those below it, in the order of their paths; UTF-8.
 *
 * <p>Line by line the text itself is never held as a whole; other documents are held one at a time.
 *
 * @param file the file or folder
 * @param documents what one text is
 */
public record TextCorpus(Path file, Documents documents) {
  /** The longest text of several lines, in characters. */
  static final int LONGEST = 1 << 26;

  /** What one text is. */
  public enum Documents {
    /** A line; blank lines are left out. */
    LINE,
    /** The lines up to a blank one. */
    BLANK_LINE,
    /** A whole file, without blank lines before and behind it. */
    FILE
  }

  /** A file or folder with a text a line. */
  public TextCorpus(Path file) {
    this(file, Documents.LINE);
  }

  /**
   * The files that it is read from.
   *
   * @throws UserException if the folder has none, or cannot be listed
   */
  public List<Path> files() {
    if (!Files.isDirectory(file)) {
      return List.of(file);
    }
    try (Stream<Path> walk = Files.walk(file)) {
      List<Path> found = walk.filter(Files::isRegularFile)
          .filter(each -> each.toString().endsWith(".txt") || each.toString().endsWith(".txt.gz"))
          .sorted()
          .toList();
      if (found.isEmpty()) {
        throw TextLines.wrong(file, "has no .txt or .txt.gz file. Give a folder of text files.");
      }
      return found;
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT, file + ": cannot be listed (" + e.getMessage() + ").", e);
    }
  }

  /**
   * Hands on the texts, some at a time, in the order of the files.
   *
   * @param size the most texts handed on at once, from 1
   * @throws UserException if a file cannot be read, or all have no text
   */
  public void forEach(int size, Consumer<List<String>> sink) {
    if (size < 1) {
      throw new IllegalArgumentException("size (" + size + ") must be 1 or more");
    }
    Chunks chunks = new Chunks(size, sink);
    for (Path each : files()) {
      read(each, chunks);
    }
    chunks.handOn();
    if (chunks.handedOn == 0) {
      throw TextLines.wrong(file, "has blank lines only. At least one text is needed.");
    }
  }

  private void read(Path each, Chunks chunks) {
    StringBuilder document = new StringBuilder();
    TextLines.read(each, (number, line) -> {
      if (documents == Documents.LINE) {
        chunks.add(line);
        return;
      }
      if (line.isBlank() && documents == Documents.BLANK_LINE) {
        chunks.add(document.toString());
        document.setLength(0);
        return;
      }
      if (!document.isEmpty()) {
        document.append('\n');
      }
      if (!document.isEmpty() || !line.isBlank()) {
        document.append(line);
      }
      if (document.length() > LONGEST) {
        throw TextLines.wrong(
            each,
            number,
            "the document is longer than " + LONGEST + " characters. Separate documents by blank"
                + " lines and write documents: blank-line, or split the file.");
      }
    });
    chunks.add(document.toString().stripTrailing());
  }

  /** All texts. */
  public List<String> texts() {
    List<String> all = new ArrayList<>();
    forEach(1 << 12, all::addAll);
    return all;
  }

  /** How many texts there are, told by reading them all. */
  public long count() {
    AtomicLong count = new AtomicLong();
    forEach(1 << 12, texts -> count.addAndGet(texts.size()));
    return count.get();
  }

  /** Texts that wait to be handed on. */
  private static final class Chunks {
    private final int size;
    private final Consumer<List<String>> sink;
    private final List<String> waiting = new ArrayList<>();
    private long handedOn;

    Chunks(int size, Consumer<List<String>> sink) {
      this.size = size;
      this.sink = sink;
    }

    void add(String text) {
      if (text.isBlank()) {
        return;
      }
      waiting.add(text);
      if (waiting.size() == size) {
        handOn();
      }
    }

    void handOn() {
      if (!waiting.isEmpty()) {
        handedOn += waiting.size();
        sink.accept(List.copyOf(waiting));
        waiting.clear();
      }
    }
  }
}
