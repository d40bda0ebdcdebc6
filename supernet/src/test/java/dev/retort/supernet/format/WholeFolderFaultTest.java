package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests 2, 6, 7, 8, 9 and 10 of the reliability contract, for every operation in turn. */
class WholeFolderFaultTest {
  private static final long SEED = 20260102;

  private final Path parent;
  private final Path target;

  WholeFolderFaultTest(@TempDir Path parent) {
    this.parent = parent;
    this.target = parent.resolve("step-000400");
  }

  private static WholeFolder.Contents contents(String word) {
    return folder -> {
      folder.text("state.json", word);
      try (OutputStream out = folder.stream("weights")) {
        for (int i = 0; i < 3; i++) {
          out.write(word.repeat(30_000).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
      }
    };
  }

  private static void write(FileOperations files, Path target, String word) {
    WholeFolder.write(files, target, WholeFolder.Existing.REPLACE, contents(word));
  }

  private static int operations(Path scratch, boolean replace) {
    Path place = scratch.resolve("count");
    if (replace) {
      write(FaultyFiles.sound(), place, "old");
    }
    FaultyFiles files = FaultyFiles.sound();
    write(files, place, "new");
    return files.operations();
  }

  private String word() throws IOException {
    WholeFolder.verify(target);
    return Files.readString(target.resolve("state.json"));
  }

  private boolean isThere() {
    return Files.exists(target, LinkOption.NOFOLLOW_LINKS);
  }

  private void clear() throws IOException {
    for (Path each : entries()) {
      WholeFolder.delete(FileOperations.real(), each);
    }
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> list = Files.list(parent)) {
      return list.sorted().toList();
    }
  }

  @Test
  void killedAtAnyOperationTheFolderIsWholeOrAbsent(@TempDir Path scratch) throws IOException {
    int all = operations(scratch, false);
    assertThat(all).isGreaterThan(10);
    for (int n = 1; n <= all; n++) {
      FaultyFiles files = FaultyFiles.killedAt(n);
      assertThatThrownBy(() -> write(files, target, "new")).isInstanceOf(FaultyFiles.Killed.class);
      if (isThere()) {
        assertThat(word()).as("killed at operation %d", n).isEqualTo("new");
      }
      WholeFolder.cleanStray(parent);
      assertThat(entries()).allMatch(target::equals);
      write(FileOperations.real(), target, "again");
      assertThat(word()).isEqualTo("again");
      clear();
    }
  }

  @Test
  void killedWhileReplacingTheFolderIsTheOldOrTheNew(@TempDir Path scratch) throws IOException {
    int all = operations(scratch, true);
    for (int n = 1; n <= all; n++) {
      write(FileOperations.real(), target, "old");
      FaultyFiles files = FaultyFiles.killedAt(n);
      assertThatThrownBy(() -> write(files, target, "new")).isInstanceOf(FaultyFiles.Killed.class);
      if (isThere()) {
        assertThat(word()).as("killed at operation %d", n).isIn("old", "new");
      }
      WholeFolder.cleanStray(parent);
      assertThat(word()).as("killed at operation %d", n).isIn("old", "new");
      assertThat(entries()).containsExactly(target);
      clear();
    }
  }

  @Test
  void killedWhileClearingUpItClearsUpTheNextTime(@TempDir Path scratch) throws IOException {
    int all = operations(scratch, true);
    for (int n = 1; n <= all; n++) {
      for (int m = 1; m <= 12; m++) {
        write(FileOperations.real(), target, "old");
        FaultyFiles first = FaultyFiles.killedAt(n);
        assertThatThrownBy(() -> write(first, target, "new"))
            .isInstanceOf(FaultyFiles.Killed.class);
        try {
          WholeFolder.cleanStray(FaultyFiles.killedAt(m), parent);
        } catch (FaultyFiles.Killed e) {
          assertThat(e).isNotNull();
        }
        WholeFolder.cleanStray(parent);
        assertThat(word()).as("killed at %d, then at %d", n, m).isIn("old", "new");
        assertThat(entries()).containsExactly(target);
        clear();
      }
    }
  }

  @Test
  void powerLossAtAnyOperationLeavesTheFolderWholeOrAbsent(@TempDir Path scratch)
      throws IOException {
    int all = operations(scratch, true);
    for (int n = 1; n <= all + 1; n++) {
      for (int draw = 0; draw < 6; draw++) {
        boolean replace = draw % 2 == 0;
        if (replace) {
          write(FileOperations.real(), target, "old");
        }
        RandomGenerator random = new RandomStreams(SEED).at("power", n, draw);
        loseAt(FaultyFiles.killedAt(n), random);
        String where = "seed " + SEED + ", operation " + n + ", draw " + draw;
        if (isThere()) {
          assertThat(word()).as(where).isIn("old", "new");
        }
        WholeFolder.cleanStray(parent);
        assertThat(isThere() || !replace).as(where).isTrue();
        clear();
      }
    }
  }

  private void loseAt(FaultyFiles files, RandomGenerator random) throws IOException {
    try {
      write(files, target, "new");
    } catch (FaultyFiles.Killed e) {
      assertThat(e).isNotNull();
    }
    files.losePower(random);
  }

  @Test
  void aDiskThatDoesNotSyncIsNoticedByThisTest(@TempDir Path scratch) throws IOException {
    int broken = 0;
    for (int draw = 0; draw < 100; draw++) {
      loseAt(FaultyFiles.sound().withoutSync(), new RandomStreams(SEED).at("no sync", draw));
      broken += isThere() && !WholeFolder.isWhole(target) ? 1 : 0;
      clear();
    }
    assertThat(broken).as("seed %d", SEED).isGreaterThan(10);
  }

  @Test
  void aFullDiskAtAnyWriteIsToldAndLeavesWhatWasThere(@TempDir Path scratch) throws IOException {
    int all = operations(scratch, true);
    int told = 0;
    for (int n = 1; n <= all; n++) {
      write(FileOperations.real(), target, "old");
      FaultyFiles files = FaultyFiles.fullAt(n);
      try {
        write(files, target, "new");
        assertThat(word()).isEqualTo("new");
      } catch (UserException e) {
        told++;
        assertThat(e.kind()).isEqualTo(UserException.Kind.RESOURCE);
        assertThat(e)
            .hasMessage(target + ": cannot be written, the disk is full. Free some space"
                + " or choose another folder; what was finished before is intact.");
        WholeFolder.cleanStray(parent);
        assertThat(word()).as("full at operation %d", n).isIn("old", "new");
        assertThat(entries()).containsExactly(target);
      }
      clear();
    }
    assertThat(told).isGreaterThan(8);
  }

  @Test
  void randomFailuresEndInSuccessOrInACleanMessage() throws IOException {
    int failed = 0;
    for (int run = 0; run < 150; run++) {
      boolean replace = run % 2 == 0;
      if (replace) {
        write(FileOperations.real(), target, "old");
      }
      RandomGenerator random = new RandomStreams(SEED).at("failures", run);
      try {
        write(FaultyFiles.failing(0.05, random), target, "new");
        assertThat(word()).isEqualTo("new");
      } catch (UserException e) {
        failed++;
        assertThat(e).hasMessageContaining("Input/output error");
        WholeFolder.cleanStray(parent);
        if (replace || isThere()) {
          assertThat(word()).as("seed %d, run %d", SEED, run).isIn("old", "new");
        }
      }
      clear();
    }
    assertThat(failed).isBetween(20, 140);
  }

  @Test
  void missingPermissionAndLongNamesAreTold() {
    FaultyFiles denied =
        FaultyFiles.refusing(new java.nio.file.AccessDeniedException(target.toString()));
    assertThatThrownBy(() -> write(denied, target, "new"))
        .hasMessage(target + ": cannot be written, permission is missing. Choose a folder that you"
            + " may write to.");
    FaultyFiles readOnly = FaultyFiles.refusing(
        new java.nio.file.FileSystemException(target.toString(), null, "Read-only file system"));
    assertThatThrownBy(() -> write(readOnly, target, "new"))
        .hasMessageContaining("permission is missing");
    Path longName = parent.resolve("x".repeat(250));
    assertThatThrownBy(() -> write(FileOperations.real(), longName, "new"))
        .hasMessage(longName + ": cannot be written, the name is too long. Choose a shorter one.");
  }

  @Test
  void oddNamesAndMissingParentsAreFine() throws IOException {
    for (String name : List.of("a b", "ü-😀", "x.tmp-1-2.y", "$HOME'\"", "-rf")) {
      Path odd = parent.resolve("deep/er").resolve(name);
      write(FileOperations.real(), odd, "new");
      WholeFolder.verify(odd);
    }
    Path deep = parent;
    for (int i = 0; i < 15; i++) {
      deep = deep.resolve("a-rather-long-name-of-a-folder-" + i);
    }
    write(FileOperations.real(), deep, "new");
    WholeFolder.verify(deep);
  }

  @Test
  void onlyFoldersOfDeadProcessesAreStray() throws IOException {
    long dead = Long.MAX_VALUE / 16; // no system numbers its processes so far
    long alive = ProcessHandle.current().parent().orElseThrow().pid();
    Path left = Files.createDirectory(parent.resolve("a.tmp-" + dead + "-1f"));
    Path old = Files.createDirectory(parent.resolve("b.old-" + dead + "-1f"));
    Path namesake =
        Files.createDirectory(parent.resolve("a.tmp-" + ProcessHandle.current().pid() + "-0"));
    Path reused = Files.createDirectory(parent.resolve("a.tmp-" + alive + "-2"));
    Files.setLastModifiedTime(reused, FileTime.from(Instant.ofEpochSecond(1)));
    Path written = Files.createDirectory(parent.resolve("a.tmp-" + alive + "-3"));
    Path file = Files.writeString(parent.resolve("c.tmp-" + dead + "-1f"), "a file");
    Path other = Files.createDirectory(parent.resolve("a.tmp-of-mine"));
    WholeFolder.cleanStray(parent);
    assertThat(left).doesNotExist();
    assertThat(old).doesNotExist();
    assertThat(parent.resolve("b")).exists(); // its old folder is put back
    assertThat(namesake).doesNotExist();
    assertThat(reused).doesNotExist();
    assertThat(written).exists();
    assertThat(file).exists();
    assertThat(other).exists();
  }

  @Test
  void aFolderThatIsBeingWrittenIsNotStray() {
    WholeFolder.write(target, folder -> {
      folder.text("a", "a");
      WholeFolder.cleanStray(parent);
      folder.text("b", "b");
    });
    WholeFolder.verify(target);
  }
}
