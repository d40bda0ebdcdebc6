package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFolderTest {
  private static final String ADVICE = ". Write or copy the folder again, or use an earlier one.";

  private final Path parent;
  private final Path target;

  WholeFolderTest(@TempDir Path parent) {
    this.parent = parent;
    this.target = parent.resolve("f");
  }

  private void write() {
    WholeFolder.write(target, folder -> {
      folder.text("b.txt", "two");
      folder.text("a.txt", "one");
    });
  }

  @Test
  void theManifestListsEveryFileSortedWithSizeAndHash() throws IOException {
    write();
    assertThat(Files.readString(target.resolve("manifest.json")))
        .isEqualTo(
            """
        {
          "format" : "retort-folder",
          "version" : 1,
          "files" : {
            "a.txt" : {
              "bytes" : 3,
              "sha256" : "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
            },
            "b.txt" : {
              "bytes" : 3,
              "sha256" : "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"
            }
          }
        }
        """);
    assertThat(WholeFolder.isWhole(target)).isTrue();
  }

  @Test
  void eachDamageIsNamed() throws IOException {
    write();
    Files.writeString(target.resolve("a.txt"), "onf");
    refused("has a changed file a.txt: its SHA-256 is "
        + "e4dc36099e37820b0091af36a46607e8a57d0985c65dab2296b8fecedb3665e2, written as "
        + "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed" + ADVICE);
    Files.writeString(target.resolve("a.txt"), "ones");
    refused("has file a.txt with 4 bytes, written with 3" + ADVICE);
    Files.delete(target.resolve("a.txt"));
    refused("lacks its file a.txt" + ADVICE);
    Files.delete(target.resolve("manifest.json"));
    refused("has no manifest.json, so it was never finished" + ADVICE);
    Files.writeString(target.resolve("manifest.json"), "{}");
    refused("has a manifest.json that Retort did not write" + ADVICE);
    Files.writeString(
        target.resolve("manifest.json"), "{\"format\":\"retort-folder\",\"version\":2}");
    refused("has a manifest.json of version 2; this Retort reads version 1" + ADVICE);
    Files.writeString(
        target.resolve("manifest.json"),
        "{\"format\":\"retort-folder\",\"version\":1,\"files\":{\"../x\":{}}}");
    refused("has a damaged manifest.json at \"../x\"" + ADVICE);
  }

  private void refused(String message) {
    assertThat(WholeFolder.isWhole(target)).isFalse();
    assertThatThrownBy(() -> WholeFolder.verify(target))
        .isInstanceOf(UserException.class)
        .hasMessage(target + ": " + message);
  }

  @Test
  void otherFilesBesideThoseOfTheManifestAreLeftAlone() throws IOException {
    write();
    Files.createDirectory(target.resolve("exports"));
    WholeFolder.verify(target);
  }

  @Test
  void aTakenPlaceIsRefusedOrReplacedWhenOurs() throws IOException {
    write();
    assertThatThrownBy(this::write)
        .hasMessage(target + ": exists already. Choose another place, or remove it first.");
    WholeFolder.write(target, WholeFolder.Existing.REPLACE, folder -> folder.text("c", "three"));
    assertThat(target.resolve("c")).exists();
    assertThat(target.resolve("a.txt")).doesNotExist();
    Path foreign = Files.createDirectory(parent.resolve("mine"));
    Files.writeString(foreign.resolve("thesis.tex"), "years of work");
    assertThatThrownBy(() -> WholeFolder.write(foreign, WholeFolder.Existing.REPLACE, folder -> {}))
        .hasMessage(foreign + ": exists and is no folder that Retort wrote, so it is not replaced."
            + " Choose another place.");
    assertThat(foreign.resolve("thesis.tex")).exists();
    Path empty = Files.createDirectory(parent.resolve("empty"));
    WholeFolder.write(empty, WholeFolder.Existing.REPLACE, folder -> folder.text("c", "three"));
    WholeFolder.verify(empty);
  }

  @Test
  void workersThatWriteSideBySideMakeTheirParentsTogether() throws Exception {
    int workers = 8;
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    try {
      for (int round = 0; round < 50; round++) {
        Path shared = parent.resolve("round" + round).resolve("finetuned");
        CyclicBarrier together = new CyclicBarrier(workers);
        List<Callable<Path>> writes = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
          Path own = shared.resolve("worker" + i);
          writes.add(() -> {
            together.await();
            WholeFolder.write(own, folder -> folder.text("a.txt", "one"));
            return own;
          });
        }
        for (Future<Path> each : pool.invokeAll(writes)) {
          WholeFolder.verify(each.get());
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void aFileInTheWayOfAParentIsTold() throws IOException {
    Path inTheWay = Files.writeString(parent.resolve("file"), "mine");
    assertThatThrownBy(() -> WholeFolder.write(inTheWay.resolve("f"), folder -> {}))
        .isInstanceOf(UserException.class)
        .hasMessageContaining(inTheWay.toString());
    assertThat(inTheWay).hasContent("mine");
  }

  @Test
  void aWriterThatFailsLeavesNothing() throws IOException {
    assertThatThrownBy(() -> WholeFolder.write(target, folder -> {
          folder.text("a", "a");
          throw new IllegalStateException("no more");
        }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no more");
    assertThatThrownBy(
            () -> WholeFolder.write(target, folder -> folder.stream("a").write(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("still open (1)");
    try (Stream<Path> left = Files.list(parent)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void namesThatLeaveTheFolderAreTheProgramsMistake() {
    for (String name : new String[] {"", "..", "a/b", "a\\b", "c:d", ".x", "manifest.json"}) {
      assertThatThrownBy(() -> WholeFolder.write(target, folder -> folder.text(name, "")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("No new file of a folder can be named (" + name + ")");
    }
  }

  @Test
  void aMissingFolderIsTold() {
    assertThatThrownBy(() -> WholeFolder.verify(target))
        .hasMessage(target + ": there is no such folder. Check the path.");
  }
}
