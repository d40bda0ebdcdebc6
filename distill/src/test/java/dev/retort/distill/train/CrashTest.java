package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import dev.retort.space.RandomStreams;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training that is killed at random instants and started again ends with the bytes of one that
 * was not. Six kills; {@code -Dretort.campaign=true} makes it fifty, {@code -Dretort.crash.seed=N}
 * draws the instants of an earlier run.
 */
class CrashTest {
  private static final int KILLS = Boolean.getBoolean("retort.campaign") ? 50 : 6;
  private static final long SEED = Long.getLong("retort.crash.seed", System.nanoTime());

  private static Process start(Path checkpoints) throws IOException {
    return ChildJvm.start(CrashChild.class, List.of("-Xmx256m"), checkpoints.toString());
  }

  /** Runs a child and kills it so long after it has done so many steps; whether it was killed. */
  private static boolean killed(Path checkpoints, int steps, long millis) throws Exception {
    Process child = start(checkpoints);
    try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
      for (int i = 0; i < steps && nextStep(lines); i++) {}
      boolean ended = child.waitFor(millis, TimeUnit.MILLISECONDS);
      child.destroyForcibly().waitFor();
      return !ended;
    } finally {
      child.destroyForcibly();
    }
  }

  private static boolean nextStep(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    // After a kill there may be strays, but never a whole-looking folder that is broken.
    assertThat(line == null ? "" : line).doesNotContain("BROKEN");
    return line != null;
  }

  private static void runToTheEnd(Path checkpoints) throws Exception {
    Process child = start(checkpoints);
    try (BufferedReader lines = child.inputReader(StandardCharsets.UTF_8)) {
      while (nextStep(lines)) {}
      assertThat(child.waitFor()).isZero();
    } finally {
      child.destroyForcibly();
    }
  }

  /** SHA-256 of both files of the last checkpoint. */
  private static List<String> result(Path checkpoints) throws IOException {
    Path last = checkpoints.resolve(String.format(Locale.ROOT, "step-%06d", CrashChild.STEPS));
    return List.of(
        sha256(last.resolve("weights.safetensors")), sha256(last.resolve("optimizer.safetensors")));
  }

  private static String sha256(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
  }

  @Test
  void aKilledTrainingEndsWithTheBytesOfOneThatWasNot(@TempDir Path folder) throws Exception {
    System.out.println("crash test: seed " + SEED + ", kills " + KILLS);
    RandomGenerator random = new RandomStreams(SEED).at("kills", 0);
    Path whole = folder.resolve("whole");
    runToTheEnd(whole);
    List<String> expected = result(whole);
    int kills = 0;
    for (int round = 0; kills < KILLS; round++) {
      Path crashed = folder.resolve("crashed-" + round);
      boolean done = false;
      while (!done && kills < KILLS) {
        // Mostly between and in checkpoints, now and then while it starts or resumes.
        int steps = random.nextInt(14);
        long millis = random.nextInt(steps == 0 ? 1500 : 25);
        if (killed(crashed, steps, millis)) {
          kills++;
          System.out.println("killed after " + steps + " steps and " + millis + " ms");
        } else {
          done = true;
        }
      }
      runToTheEnd(crashed);
      assertThat(result(crashed)).as("seed %d, round %d", SEED, round).isEqualTo(expected);
      try (Stream<Path> left = Files.list(crashed)) {
        assertThat(left.map(each -> each.getFileName().toString()))
            .as("only whole checkpoints are left")
            .containsExactlyInAnyOrder("step-000055", "step-000060");
      }
    }
  }
}
