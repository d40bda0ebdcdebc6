package dev.retort.data;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The pieces of a WordPiece vocabulary: the id of a piece is its line number from 0.
 *
 * @param pieces the pieces in the order of their ids
 */
record Vocabulary(ImmutableList<String> pieces) {
  /** The pieces that every vocabulary must have. */
  static final ImmutableList<String> SPECIAL =
      ImmutableList.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

  /** The largest file, in bytes; multilingual BERT's has one million. */
  static final long LARGEST_FILE = 64L << 20;

  /**
   * Reads {@code vocab.txt}.
   *
   * @throws UserException if it is missing, too large, not UTF-8, has an empty or doubled line, or
   *     lacks a special piece
   */
  static Vocabulary read(Path file) {
    checkSize(file);
    List<String> pieces = new ArrayList<>();
    Map<String, Integer> lines = new HashMap<>();
    TextLines.read(file, (number, line) -> {
      check(file, number, line, lines.putIfAbsent(line, number));
      pieces.add(line);
    });
    return of(file, pieces);
  }

  /** A vocabulary of pieces from a file, which must have the special ones. */
  static Vocabulary of(Path file, List<String> pieces) {
    Vocabulary vocabulary = new Vocabulary(ImmutableList.copyOf(pieces));
    List<String> missing = new ArrayList<>(SPECIAL);
    missing.removeAll(pieces);
    if (!missing.isEmpty()) {
      throw TextLines.wrong(
          file,
          "lacks "
              + String.join(", ", missing)
              + ". A BERT vocabulary has one piece a line, and "
              + String.join(" ", SPECIAL)
              + " among them.");
    }
    return vocabulary;
  }

  /** The ids by piece. */
  ImmutableMap<String, Integer> ids() {
    ImmutableMap.Builder<String, Integer> ids = ImmutableMap.builder();
    for (int id = 0; id < pieces.size(); id++) {
      ids.put(pieces.get(id), id);
    }
    return ids.buildOrThrow();
  }

  private static void checkSize(Path file) {
    try {
      if (Files.exists(file) && Files.size(file) > LARGEST_FILE) {
        throw TextLines.wrong(
            file,
            "has "
                + Files.size(file)
                + " bytes; a vocabulary may have "
                + LARGEST_FILE
                + ". Is this vocab.txt?");
      }
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT, file + ": cannot be read (" + e.getMessage() + ").", e);
    }
  }

  private static void check(Path file, int number, String line, @Nullable Integer before) {
    if (line.isEmpty()) {
      throw TextLines.wrong(file, number, "the line is empty. A vocabulary has one piece a line.");
    }
    if (before != null) {
      throw TextLines.wrong(
          file,
          number,
          "the piece '" + line + "' stands in line " + before + " already. Each may stand once.");
    }
  }
}
