package dev.retort.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.space.RandomStreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C1, C2 and C4 over whole jobs: killed at random instants of any stage, then gone on with. */
class KilledRunTest {
  private final Path folder;

  KilledRunTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void killedRunEndsWithTheBytesOfOneThatWasNot() throws Exception {
    kill(SmallJob.write(folder.resolve("job")), 5);
  }

  @Test
  void killedRunOfALanguageModelEndsWithTheBytesOfOneThatWasNot() throws Exception {
    kill(SmallLanguageJob.write(folder.resolve("job"), SmallLanguageJob.QUICK), 3);
  }

  private void kill(Path recipe, int usual) throws Exception {
    Path whole = folder.resolve("whole");
    long begin = System.nanoTime();
    finish(recipe, whole);
    long millis = (System.nanoTime() - begin) / 1_000_000;

    long seed = Long.getLong("retort.seed", System.nanoTime());
    int kills = Boolean.getBoolean("retort.campaign") ? 50 : usual;
    System.out.println("KilledRunTest: -Dretort.seed=" + seed + ", a whole run takes " + millis
        + " ms, " + kills + " kills");
    RandomGenerator random = new RandomStreams(seed).at("kills", 0);
    Path killed = folder.resolve("killed");
    for (int i = 0; i < kills; i++) {
      Process process = start(recipe, killed);
      // A process needs some time to start; an instant after that is anywhere in the job.
      if (!process.waitFor(1000 + random.nextLong(millis), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
    finish(recipe, killed);
    RunBytes.assertSame(killed, whole);
  }

  private static void finish(Path recipe, Path run) throws IOException, InterruptedException {
    int code = start(recipe, run).waitFor();
    assertThat(code).as(() -> printed(run)).isZero();
  }

  private static String printed(Path run) {
    try {
      return Files.readString(log(run));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path log(Path run) {
    return run.resolveSibling(run.getFileName() + ".log");
  }

  private static Process start(Path recipe, Path run) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx1g",
            "-Dai.djl.pytorch.num_threads=2",
            "-Dai.djl.pytorch.num_interop_threads=1",
            "-cp",
            System.getProperty("java.class.path"),
            JobProcess.class.getName(),
            recipe.toString(),
            run.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.to(log(run).toFile()))
        .start();
  }
}
