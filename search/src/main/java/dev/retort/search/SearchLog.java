package dev.retort.search;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Multimaps;
import dev.retort.space.UserException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The append-only log of a search: every candidate that was scored, once, in the order in which the
 * search asked for it, whatever the number of workers. One that was dropped in a race ({@link
 * Racing}) may come again, where a later search cannot take that for an answer.
 *
 * <p>Format, version 1: UTF-8, a line a record, each line {@code
 * {"length":L,"crc32c":"C","record":R}} and a line feed, where {@code R} is the record, JSON too,
 * {@code L} its length in bytes and {@code C} the CRC32C of these bytes in eight lower-case
 * hexadecimal digits. The first record is {@code
 * {"format":"retort-search-log","version":1,"identity":I}}, with the identity of the search: a
 * digest of seed, space and evaluator. The others are
 *
 * <pre>{@code {"index":0,"subSpace":"tiny","architecture":"bert:layers=4,...",
 *  "cost":{"parameters":1,"macs":1,"flops":2,"weightBytes":4,"peakActivationBytes":4},
 *  "scores":{"distillation-loss":0.5},"status":"OK","why":"..."}}</pre>
 *
 * <p>(on one line), where {@code index} counts from 0, {@code status} is {@code OK}, {@code
 * NON_FINITE}, {@code FAILED} or {@code DROPPED}, {@code why} is left out where nothing went wrong,
 * and a score that is not finite is a string. Of a candidate that raced there is {@code
 * "course":{"of":16,"blocks":[0.5,0.4],"rival":"..."}}: how many blocks there are, what each gave
 * on which it was scored, and, of one that was dropped, for whom.
 *
 * <p>A record is given to the operating system when it is appended, so a killed process loses none;
 * it is forced to the disk by {@link #sync}, so a power loss takes at most what was scored since.
 * The line that a crash tore (without its line feed, or with bytes lost to zeros) is cut off when
 * the log is opened, and its candidate scored again; a line that is damaged otherwise is refused. A
 * file is opened by one process at a time. Not thread-safe.
 */
public final class SearchLog implements AutoCloseable {
  private final List<Scored> records = new ArrayList<>();
  private final Map<String, Scored> scored = new LinkedHashMap<>();
  private final @Nullable Path path;
  private final @Nullable RandomAccessFile file;
  private @Nullable String notice;
  private boolean unsynced;

  // A RandomAccessFile and not a FileChannel, which an interrupt of the searching thread would
  // close.
  private SearchLog(@Nullable Path path, @Nullable RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /** A log that is not kept. */
  public static SearchLog inMemory() {
    return new SearchLog(null, null);
  }

  /**
   * Opens a log, or begins one where there is no file.
   *
   * @param path the file; its folder is made
   * @param identity what tells this search from another: a log of another identity is refused
   * @throws UserException when the file is in use, of another search, damaged other than at its
   *     end, or cannot be read or written
   */
  public static SearchLog open(Path path, String identity) {
    Path absolute = path.toAbsolutePath();
    Path folder = Objects.requireNonNullElse(absolute.getParent(), absolute);
    RandomAccessFile file = null;
    try {
      Files.createDirectories(folder);
      boolean begun = !Files.exists(absolute);
      file = new RandomAccessFile(absolute.toFile(), "rw");
      lock(path, file);
      SearchLog log = new SearchLog(path, file);
      log.load(path, file, identity);
      if (begun) {
        force(folder);
      }
      return log;
    } catch (IOException e) {
      close(file, e);
      throw new UserException(
          UserException.Kind.INPUT,
          path + ": the search log cannot be opened: " + e
              + ". Check that the folder can be written to and its disk has room.",
          e);
    } catch (RuntimeException e) {
      close(file, e);
      throw e;
    }
  }

  /**
   * Reads the log of a search that need not be finished, without changing it; a torn last line is
   * left out.
   *
   * @param path the file
   * @return its records, in the order in which they were written
   * @throws UserException when it is missing, no search log, or damaged other than at its end
   */
  public static ImmutableList<Scored> read(Path path) {
    return LogReader.read(path, bytes(path)).scored();
  }

  /** The identity of the search that wrote a log; empty where not even its first line is whole. */
  public static Optional<String> identity(Path path) {
    return Optional.ofNullable(LogReader.read(path, bytes(path)).identity());
  }

  private static byte[] bytes(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw new UserException(
          UserException.Kind.INPUT, path + ": no search log. Has the run come to its search?", e);
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT, path + ": the search log cannot be read: " + e, e);
    }
  }

  private static void lock(Path path, RandomAccessFile file) throws IOException {
    boolean locked;
    try {
      locked = file.getChannel().tryLock() != null;
    } catch (OverlappingFileLockException e) {
      locked = false;
    }
    if (!locked) {
      throw new UserException(
          UserException.Kind.INPUT,
          path + ": the search log is in use by another search. Wait for it, or stop it.");
    }
  }

  private void load(Path name, RandomAccessFile open, String identity) throws IOException {
    byte[] bytes = readAll(open);
    byte[] header = LogLine.encode(header(identity));
    LogReader.Read read = LogReader.read(name, bytes);
    if (read.identity() == null) {
      // Never cut what may be a stranger's file: only the beginning of our own first line.
      if (!isTornHeader(bytes, header)) {
        throw new UserException(
            UserException.Kind.INPUT,
            name + ": neither a search log nor the torn beginning of one. Choose another path.");
      }
      open.setLength(0);
      open.write(header);
      open.getFD().sync();
      notice = bytes.length == 0 ? null : name + ": its torn first line was written anew";
    } else if (!read.identity().equals(identity)) {
      throw new UserException(
          UserException.Kind.INPUT,
          name + ": the log of another search: found identity (" + read.identity()
              + "), expected (" + identity
              + "). Seed, space, teacher or held-out data have changed: undo that to resume, or"
              + " choose another run directory.");
    } else if (read.whole() < bytes.length) {
      open.setLength(read.whole());
      open.getFD().sync();
      notice = name + ": cut a torn record of " + (bytes.length - read.whole())
          + " bytes off its end after " + read.scored().size()
          + " whole ones; its candidate is scored again";
    }
    open.seek(open.length());
    read.scored().forEach(this::take);
  }

  private static byte[] readAll(RandomAccessFile open) throws IOException {
    long length = open.length();
    if (length > Integer.MAX_VALUE - 16) {
      throw new IOException("it has " + length + " bytes, more than 2 GiB");
    }
    byte[] bytes = new byte[(int) length];
    open.readFully(bytes);
    return bytes;
  }

  private static byte[] header(String identity) throws IOException {
    return ScoredJson.MAPPER.writeValueAsBytes(ScoredJson.MAPPER
        .createObjectNode()
        .put("format", LogReader.FORMAT)
        .put("version", LogReader.VERSION)
        .put("identity", identity));
  }

  private static boolean isTornHeader(byte[] bytes, byte[] header) {
    int length = bytes.length;
    // A file system may have given the file its length before its bytes.
    while (length > 0 && bytes[length - 1] == 0) {
      length--;
    }
    return bytes.length <= header.length && Arrays.equals(bytes, 0, length, header, 0, length);
  }

  /** What opening had to mend, such as a torn tail that was cut; empty when nothing. */
  public Optional<String> notice() {
    return Optional.ofNullable(notice);
  }

  private void take(Scored result) {
    records.add(result);
    scored.put(result.key(), result);
  }

  /** Every record, in the order in which it was written. */
  ImmutableListMultimap<String, Scored> records() {
    return Multimaps.index(records, Scored::key);
  }

  /**
   * What is in the log, by {@link Candidate#key}, in the order in which it was first written; of a
   * candidate that stands there again what came last.
   */
  public ImmutableMap<String, Scored> scored() {
    return ImmutableMap.copyOf(scored);
  }

  /** How many passes over a block racing saved, in words; empty where nothing raced. */
  public Optional<String> saved() {
    long of = 0;
    long run = 0;
    int dropped = 0;
    for (Scored each : records) {
      Course course = each.course();
      if (course != null) {
        of += course.of();
        run += course.blocks().size();
        dropped += each.status() == Scored.Status.DROPPED ? 1 : 0;
      }
    }
    return of == 0
        ? Optional.empty()
        : Optional.of(String.format(
            Locale.ROOT,
            "racing: %d of %d candidates dropped, %d of %d passes over a block run (%.0f %% saved)",
            dropped,
            records.size(),
            run,
            of,
            100.0 * (of - run) / of));
  }

  /**
   * Appends a result.
   *
   * @throws IllegalStateException when its candidate is in the log already and was not dropped
   * @throws UserException when it cannot be written; the log is whole up to the result before
   */
  public void append(Scored result) {
    Scored before = scored.get(result.key());
    if (before != null && before.status() != Scored.Status.DROPPED) {
      throw new IllegalStateException("In the log already (" + result.key() + ")");
    }
    RandomAccessFile open = file;
    if (open != null) {
      try {
        var record = ScoredJson.MAPPER.createObjectNode().put("index", records.size());
        record.setAll(ScoredJson.write(result));
        open.write(LogLine.encode(ScoredJson.MAPPER.writeValueAsBytes(record)));
        unsynced = true;
      } catch (IOException e) {
        throw unwritable(e);
      }
    }
    take(result);
  }

  /** Forces what was appended to the disk. */
  public void sync() {
    RandomAccessFile open = file;
    if (open != null && unsynced) {
      try {
        open.getFD().sync();
      } catch (IOException e) {
        throw unwritable(e);
      }
      unsynced = false;
    }
  }

  /** Forces what was appended to the disk and gives the file free. */
  @Override
  public void close() {
    if (file == null) {
      return;
    }
    try (file) {
      sync();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private UserException unwritable(IOException cause) {
    return new UserException(
        UserException.Kind.RESOURCE,
        path + ": the search log cannot be written: " + cause
            + ". Free some disk space and resume: what was recorded is not scored again.",
        cause);
  }

  /** Makes the file's name in its folder last; Windows cannot open a folder and need not. */
  private static void force(Path folder) throws IOException {
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel open = FileChannel.open(folder, StandardOpenOption.READ)) {
        open.force(true);
      }
    }
  }

  private static void close(@Nullable RandomAccessFile file, Exception because) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        because.addSuppressed(new UncheckedIOException(e));
      }
    }
  }
}
