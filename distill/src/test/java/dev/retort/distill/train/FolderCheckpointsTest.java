package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderCheckpointsTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final List<String> warnings = new ArrayList<>();

  private final Path folder;

  FolderCheckpointsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private FolderCheckpoints checkpoints(int keep) {
    return new FolderCheckpoints(folder, keep, 5, "train/tiny", warnings::add);
  }

  private TrainingState state(long step) {
    return new TrainingState(
        step,
        (int) (step % 3),
        ImmutableMap.of("w", manager.create(new float[] {step, -0f, 1e-42f})),
        ImmutableMap.of("w.steps", manager.create((float) step)));
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  private void assertNewest(int keep, long step) {
    TrainingState found = checkpoints(keep).latest(manager).orElseThrow();
    assertThat(found.step()).isEqualTo(step);
    assertThat(found.skipped()).isEqualTo((int) (step % 3));
    assertThat(TinyTraining.digest(found.weights()))
        .isEqualTo(TinyTraining.digest(state(step).weights()));
    assertThat(TinyTraining.digest(found.optimizer()))
        .isEqualTo(TinyTraining.digest(state(step).optimizer()));
  }

  @Test
  void theNewestAreKeptAndTheNewestIsTaken() throws IOException {
    assertThat(checkpoints(2).latest(manager)).isEmpty();
    for (long step : new long[] {5, 10, 15, 15}) {
      checkpoints(2).save(state(step));
    }
    assertThat(names()).containsExactly("step-000010", "step-000015");
    assertNewest(2, 15);
    assertThat(warnings).isEmpty();
  }

  @Test
  void whatAStoppedProcessDidNotDeleteIsDeletedByTheNext() throws IOException {
    for (long step : new long[] {5, 10, 15}) {
      checkpoints(3).save(state(step));
    }
    assertNewest(2, 15);
    assertThat(names()).containsExactly("step-000010", "step-000015");
  }

  /** A training that was stopped at 13, and once more at 14, has in the end what it would have. */
  @Test
  void oneOfAStopTakesThePlaceOfNone() throws IOException {
    for (long step : new long[] {5, 10, 13, 14}) {
      checkpoints(2).save(state(step));
    }
    assertThat(names()).containsExactly("step-000010", "step-000014");
    assertNewest(2, 14);
    checkpoints(2).save(state(15));
    assertThat(names()).containsExactly("step-000010", "step-000015");
    checkpoints(2).save(state(17)); // the last, or another stop
    assertNewest(2, 17);
    assertThat(names()).containsExactly("step-000015", "step-000017");
  }

  @Test
  void stepsAreOrderedByNumberBeyondSixDigits() throws IOException {
    for (long step : new long[] {999_999, 1_000_000, 10_000_000_000L}) {
      checkpoints(2).save(state(step));
    }
    assertThat(names()).containsExactly("step-1000000", "step-10000000000");
    assertNewest(2, 10_000_000_000L);
  }

  /** What can become of a file. */
  enum Damage {
    TRUNCATED,
    FLIPPED,
    ZEROED,
    EMPTY,
    GONE;

    void to(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      switch (this) {
        case TRUNCATED -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        case FLIPPED -> {
          bytes[bytes.length - 1] ^= 4;
          Files.write(file, bytes);
        }
        case ZEROED -> Files.write(file, new byte[bytes.length]);
        case EMPTY -> Files.write(file, new byte[0]);
        case GONE -> Files.delete(file);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aBrokenNewestFallsBackToTheOneBefore(Damage damage) throws IOException {
    for (String file : List.of("weights.safetensors", "optimizer.safetensors", "manifest.json")) {
      warnings.clear();
      checkpoints(3).save(state(5));
      checkpoints(3).save(state(10));
      damage.to(folder.resolve("step-000010").resolve(file));
      assertNewest(3, 5);
      assertThat(warnings).as(file).hasSize(1);
      assertThat(warnings.get(0))
          .contains("step-000010")
          .endsWith(" The checkpoint before it is taken.");
      // The training comes to that step again.
      checkpoints(3).save(state(10));
      warnings.clear();
      assertNewest(3, 10);
      assertThat(warnings).isEmpty();
    }
  }

  @Test
  void brokenOnesDoNotCrowdOutWholeOnes() throws IOException {
    checkpoints(1).save(state(30));
    Damage.FLIPPED.to(folder.resolve("step-000030/weights.safetensors"));
    assertThat(checkpoints(1).latest(manager)).isEmpty();
    checkpoints(1).save(state(5));
    assertThat(names()).containsExactly("step-000005");
    assertNewest(1, 5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"train/small", ""})
  void aCheckpointOfAnotherStageIsRefused(String other) {
    checkpoints(1).save(state(5));
    FolderCheckpoints others = new FolderCheckpoints(folder, 1, 5, other, warnings::add);
    assertThatThrownBy(() -> others.latest(manager))
        .isInstanceOf(UserException.class)
        .hasMessage(folder.resolve("step-000005")
            + ": belongs to another stage (train/tiny), this one is (" + other
            + "). Give another output folder.");
  }

  @Test
  void strayFoldersAreCleanedAndOthersLeftAlone() throws IOException {
    checkpoints(1).save(state(5));
    // No process has so high a number.
    Path stray = folder.resolve("step-000010.tmp-99999999999-ab12");
    Files.createDirectories(stray);
    Files.writeString(stray.resolve("weights.safetensors"), "half");
    Files.createDirectories(folder.resolve("step-7"));
    Files.createDirectories(folder.resolve("notes"));
    assertNewest(1, 5);
    assertThat(names()).containsExactly("notes", "step-000005", "step-7");
    assertThat(warnings).isEmpty();
  }

  @Test
  void keepingNoneIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> checkpoints(0))
        .withMessage("checkpoint.keep must be 1 or more, not (0)");
  }
}
