package dev.retort.supernet.format;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The temporary folders of {@link WholeFolder}: names, writers, what is left over. */
final class StrayFolders {
  private static final Pattern NAME = Pattern.compile("(.+)\\.(tmp|old)-(\\d{1,18})-([0-9a-f]+)");
  private static final AtomicLong COUNT = new AtomicLong();

  /** What this process is writing. A folder with our number that is not in it is of a namesake. */
  private static final Set<Path> WRITING = ConcurrentHashMap.newKeySet();

  private StrayFolders() {}

  /** A free temporary name beside a place. */
  static Path reserve(Path place) {
    String nonce = Long.toHexString(System.nanoTime()) + Long.toHexString(COUNT.getAndIncrement());
    Path temporary = place.resolveSibling(
        place.getFileName() + ".tmp-" + ProcessHandle.current().pid() + "-" + nonce);
    WRITING.add(temporary);
    return temporary;
  }

  /** Where the old folder stands aside while the new one takes its place. */
  static Path aside(Path temporary) {
    return renamed(temporary, "old");
  }

  static void release(Path temporary) {
    WRITING.remove(temporary);
  }

  /** Clears up for one name, or for all when it is null. */
  static void settle(FileOperations files, Path parent, @Nullable String only) throws IOException {
    List<Path> strays;
    try (Stream<Path> entries = Files.list(parent)) {
      strays = entries.filter(each -> isStray(each, only)).sorted().toList();
    }
    // The old ones first (they sort so): each decides what becomes of its new one.
    boolean changed = false;
    for (Path each : strays) {
      changed |= settle(files, parent, each);
    }
    if (changed) {
      files.sync(parent);
    }
  }

  private static boolean settle(FileOperations files, Path parent, Path stray) throws IOException {
    Matcher name = match(stray);
    if (!Files.exists(stray, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    Path place = stray.resolveSibling(name.group(1));
    if (name.group(2).equals("old") && !Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      Path newer = renamed(stray, "tmp");
      files.move(WholeFolder.isWhole(newer) ? newer : stray, place);
      files.sync(parent);
    }
    if (Files.exists(stray, LinkOption.NOFOLLOW_LINKS)) {
      WholeFolder.delete(files, stray);
    }
    return true;
  }

  private static boolean isStray(Path path, @Nullable String only) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    if (!name.matches()
        || (only != null && !only.equals(name.group(1)))
        || !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    long pid = Long.parseLong(name.group(3));
    if (pid == ProcessHandle.current().pid()) {
      return !WRITING.contains(renamed(path, "tmp"));
    }
    return ProcessHandle.of(pid).filter(process -> mayWrite(process, path)).isEmpty();
  }

  /** A living process writes the folder, unless it is younger: then it only has the same number. */
  private static boolean mayWrite(ProcessHandle process, Path path) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      Instant changed = Files.getLastModifiedTime(path).toInstant();
      return process.info().startInstant().map(start -> !start.isAfter(changed)).orElse(true);
    } catch (IOException e) {
      return true; // unknown: leave it alone
    }
  }

  private static Path renamed(Path path, String kind) {
    Matcher name = match(path);
    return path.resolveSibling(
        name.group(1) + "." + kind + "-" + name.group(3) + "-" + name.group(4));
  }

  private static Matcher match(Path path) {
    Matcher name = NAME.matcher(path.getFileName().toString());
    if (!name.matches()) {
      throw new IllegalArgumentException("Not a temporary folder (" + path + ")");
    }
    return name;
  }
}
