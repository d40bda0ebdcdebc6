package dev.retort.supernet.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A file system that fails on request, after Lucene's MockDirectoryWrapper: it stops the process at
 * the n-th operation, fills the disk, fails at random, and on power loss forgets what was not
 * synced: bytes of files, and names in folders from some operation on.
 */
final class FaultyFiles implements FileOperations {
  /** The process is killed here: nothing after it reaches the disk. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** A change of the names in a folder that the disk may still forget. */
  private record Change(Path folder, Undo undo, @Nullable Path from, @Nullable Path to) {}

  private interface Undo {
    void run(List<Change> keptLater) throws IOException;
  }

  private final FileOperations real = FileOperations.real();
  private final List<Change> unsynced = new ArrayList<>();
  private final Map<Path, Boolean> unsyncedBytes = new LinkedHashMap<>();
  private int killAt = Integer.MAX_VALUE;
  private int fullAt = Integer.MAX_VALUE;
  private double failureRate;
  private boolean syncs = true;
  private @Nullable RandomGenerator random;
  private @Nullable IOException failure;
  private int operations;

  static FaultyFiles sound() {
    return new FaultyFiles();
  }

  static FaultyFiles killedAt(int operation) {
    FaultyFiles files = new FaultyFiles();
    files.killAt = operation;
    return files;
  }

  static FaultyFiles fullAt(int operation) {
    FaultyFiles files = new FaultyFiles();
    files.fullAt = operation;
    return files;
  }

  static FaultyFiles failing(double rate, RandomGenerator random) {
    FaultyFiles files = new FaultyFiles();
    files.failureRate = rate;
    files.random = random;
    return files;
  }

  static FaultyFiles refusing(IOException failure) {
    FaultyFiles files = new FaultyFiles();
    files.failure = failure;
    return files;
  }

  /** The same, on a disk that says it has synced and has not. */
  FaultyFiles withoutSync() {
    syncs = false;
    return this;
  }

  int operations() {
    return operations;
  }

  private boolean isKilled() {
    return operations >= killAt;
  }

  private void operation(boolean needsSpace) throws IOException {
    if (isKilled()) {
      throw new Killed();
    }
    operations++;
    if (isKilled()) {
      throw new Killed();
    }
    if (failure != null) {
      throw failure;
    }
    if (needsSpace && operations >= fullAt) {
      throw new IOException("No space left on device");
    }
    if (random != null && random.nextDouble() < failureRate) {
      throw new IOException("Input/output error");
    }
  }

  @Override
  public OutputStream create(Path file) throws IOException {
    operation(true);
    OutputStream out = real.create(file);
    changed(file, later -> Files.deleteIfExists(moved(file, later)));
    unsyncedBytes.put(file, true);
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        try {
          operation(true);
        } catch (IOException | Killed e) {
          out.write(bytes, from, length / 2); // torn
          throw e;
        }
        out.write(bytes, from, length);
      }

      @Override
      public void close() throws IOException {
        out.close();
      }
    };
  }

  @Override
  public void createFolder(Path folder) throws IOException {
    operation(true);
    real.createFolder(folder);
    changed(folder, later -> {
      Path now = moved(folder, later);
      if (Files.exists(now)) {
        WholeFolder.delete(real, now);
      }
    });
  }

  @Override
  public void sync(Path fileOrFolder) throws IOException {
    operation(true);
    if (!syncs) {
      return;
    }
    unsyncedBytes.remove(fileOrFolder);
    unsynced.removeIf(each -> each.folder().equals(fileOrFolder));
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    operation(true);
    real.move(from, to);
    unsynced.add(new Change(folderOf(from), later -> real.move(to, from), from, to));
  }

  @Override
  public void delete(Path fileOrFolder) throws IOException {
    operation(false);
    boolean folder = Files.isDirectory(fileOrFolder);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (!folder) {
      Files.copy(fileOrFolder, bytes);
    }
    real.delete(fileOrFolder);
    changed(fileOrFolder, later -> {
      Path now = moved(fileOrFolder, later);
      if (folder) {
        Files.createDirectories(now);
      } else if (Files.isDirectory(folderOf(now))) {
        Files.write(now, bytes.toByteArray());
      }
    });
  }

  private void changed(Path path, Undo undo) {
    unsynced.add(new Change(folderOf(path), undo, null, null));
  }

  private static Path folderOf(Path path) {
    return Objects.requireNonNull(path.toAbsolutePath().getParent());
  }

  /** Where a path lies now, after moves that the disk has kept. */
  private static Path moved(Path path, List<Change> moves) {
    Path now = path;
    for (Change each : moves) {
      if (each.from() != null && each.to() != null && now.startsWith(each.from())) {
        now = each.to().resolve(each.from().relativize(now));
      }
    }
    return now;
  }

  /**
   * The power fails: of each folder the disk keeps the first so many changes of names that were not
   * synced, and of each file that was not synced some of its bytes.
   */
  void losePower(RandomGenerator chance) throws IOException {
    Map<Path, List<Change>> byFolder = new LinkedHashMap<>();
    for (Change each : unsynced) {
      byFolder.computeIfAbsent(each.folder(), folder -> new ArrayList<>()).add(each);
    }
    List<Change> lost = new ArrayList<>();
    byFolder.forEach((folder, changes) ->
        lost.addAll(changes.subList(chance.nextInt(changes.size() + 1), changes.size())));
    List<Change> keptLater = new ArrayList<>();
    List<Change> allMoves =
        unsynced.stream().filter(each -> each.from() != null).toList();
    for (Path each : unsyncedBytes.keySet()) {
      Path now = moved(each, allMoves);
      if (Files.isRegularFile(now)) {
        byte[] bytes = Files.readAllBytes(now);
        Files.write(now, java.util.Arrays.copyOf(bytes, chance.nextInt(bytes.length + 1)));
      }
    }
    for (int i = unsynced.size() - 1; i >= 0; i--) {
      Change each = unsynced.get(i);
      if (lost.contains(each)) {
        each.undo().run(keptLater);
      } else if (each.from() != null) {
        keptLater.add(0, each);
      }
    }
    unsynced.clear();
    unsyncedBytes.clear();
  }
}
