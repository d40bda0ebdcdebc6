package dev.retort.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the bytes of a search log, strictly. The format stands with {@link SearchLog}. */
final class LogReader {
  static final String FORMAT = "retort-search-log";
  static final long VERSION = 1;

  private final Path path;
  private final byte[] bytes;
  private final ImmutableList.Builder<Scored> scored = ImmutableList.builder();
  private final Set<String> settled = new HashSet<>();
  private int records;
  private @Nullable String identity;
  private int whole;
  private int line;

  private LogReader(Path path, byte[] bytes) {
    this.path = path;
    this.bytes = bytes;
  }

  /**
   * What a log holds.
   *
   * @param identity of the search; null: not even the first line is whole
   * @param scored its records
   * @param whole bytes up to the end of the last whole line; what follows is a torn tail
   */
  record Read(@Nullable String identity, ImmutableList<Scored> scored, int whole) {}

  static Read read(Path path, byte[] bytes) {
    LogReader reader = new LogReader(path, bytes);
    reader.lines();
    return new Read(reader.identity, reader.scored.build(), reader.whole);
  }

  private void lines() {
    while (whole < bytes.length) {
      int end = endOfLine(whole);
      if (end < 0) {
        return;
      }
      line++;
      byte[] record;
      try {
        record = LogLine.decode(Arrays.copyOfRange(bytes, whole, end));
      } catch (IllegalArgumentException e) {
        if (end == bytes.length && line > 1 && hasZero(end)) {
          // After a power loss the line feed may be there and a block before it still be zeros.
          return;
        }
        throw damaged(e);
      }
      try {
        take(ScoredJson.MAPPER.readTree(record));
      } catch (IOException | IllegalArgumentException e) {
        throw damaged(e);
      }
      whole = end;
    }
  }

  private boolean hasZero(int end) {
    for (int i = whole; i < end; i++) {
      if (bytes[i] == 0) {
        return true;
      }
    }
    return false;
  }

  private int endOfLine(int start) {
    for (int i = start; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        return i + 1;
      }
    }
    return -1;
  }

  private void take(JsonNode record) {
    if (identity == null) {
      header(record);
      return;
    }
    long index = ScoredJson.whole(record, "index");
    if (index != records) {
      throw new IllegalArgumentException(
          "its index is (" + index + "), expected (" + records + ")");
    }
    Scored each = ScoredJson.read(record);
    if (settled.contains(each.key())) {
      throw new IllegalArgumentException("(" + each.key() + ") stands in the log twice");
    }
    if (each.status() != Scored.Status.DROPPED) {
      settled.add(each.key());
    }
    records++;
    scored.add(each);
  }

  private void header(JsonNode record) {
    if (!record.path("format").asText().equals(FORMAT)) {
      throw new IllegalArgumentException("it is not the first line of a search log");
    }
    long version = ScoredJson.whole(record, "version");
    if (version != VERSION) {
      throw new UserException(
          UserException.Kind.INPUT,
          path + ": search log of version " + version + ", this Retort reads version " + VERSION
              + ". " + (version > VERSION ? "Use the newer Retort that wrote it." : "Start anew."));
    }
    identity = ScoredJson.text(record, "identity");
  }

  private UserException damaged(Exception cause) {
    String advice = line == 1
        ? "Is it a search log? Choose another path."
        : "Restore it from a copy, or delete this line and those after it to score these"
            + " candidates again.";
    return new UserException(
        UserException.Kind.INPUT,
        path + ", line " + line + ": the record is damaged: " + cause.getMessage() + ". " + advice,
        cause);
  }
}
