package dev.retort.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Text without labels: a sentence or paragraph a line, {@code .txt} or {@code .txt.gz}, UTF-8.
 *
 * <p>Blank lines separate and are left out. The text itself is never held as a whole.
 *
 * @param file the file
 */
public record TextCorpus(Path file) {
  /**
   * Hands on the texts, some at a time, in the order of the file.
   *
   * @param size the most texts handed on at once, from 1
   * @throws dev.retort.space.UserException if the file cannot be read or has no text
   */
  public void forEach(int size, Consumer<List<String>> sink) {
    if (size < 1) {
      throw new IllegalArgumentException("size (" + size + ") must be 1 or more");
    }
    List<String> texts = new ArrayList<>(size);
    int[] handedOn = {0};
    TextLines.read(file, (number, line) -> {
      if (line.isBlank()) {
        return;
      }
      texts.add(line);
      if (texts.size() == size) {
        sink.accept(List.copyOf(texts));
        handedOn[0] += size;
        texts.clear();
      }
    });
    if (handedOn[0] + texts.size() == 0) {
      throw TextLines.wrong(file, "has blank lines only. At least one text is needed.");
    }
    if (!texts.isEmpty()) {
      sink.accept(List.copyOf(texts));
    }
  }

  /** All texts. */
  public List<String> texts() {
    List<String> all = new ArrayList<>();
    forEach(1 << 12, all::addAll);
    return all;
  }
}
