package dev.retort.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSet;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The bytes of a run: the same whether or not it was stopped on its way. */
final class RunBytes {
  /** Files that hold times; everything else must be the same to the byte. */
  private static final ImmutableSet<String> WITH_TIMES =
      ImmutableSet.of("timings.json", "report.html", "report.json", "provenance.json", ".lock");

  private RunBytes() {}

  /**
   * Stops runs of a recipe and goes on with them, to the same bytes as one that was not stopped.
   *
   * @param run a folder for them
   * @param whole the run that was not stopped
   * @param after how often each run asks whether it is to stop before it is told so
   */
  static void assertSameWhereStopped(Path recipe, Path run, Path whole, int... after)
      throws IOException {
    for (int each : after) {
      AtomicInteger asked = new AtomicInteger();
      assertThatThrownBy(() -> Retort.recipe(recipe)
              .stoppingWhen(() -> asked.incrementAndGet() > each)
              .run(run))
          .isInstanceOf(StoppedException.class);
    }
    Retort.resume(run).run(run);
    assertSame(run, whole);
  }

  /** Holds one run against another. */
  static void assertSame(Path run, Path whole) throws IOException {
    assertThat(hashes(run)).containsExactlyInAnyOrderEntriesOf(hashes(whole));
  }

  /** What a run wrote, by hash; without what holds times. */
  private static Map<String, String> hashes(Path run) throws IOException {
    Map<String, String> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path each : files.filter(Files::isRegularFile).toList()) {
        if (!WITH_TIMES.contains(each.getFileName().toString())) {
          hashes.put(
              run.relativize(each).toString(),
              com.google.common.io.Files.asByteSource(each.toFile())
                  .hash(Hashing.sha256())
                  .toString());
        }
      }
    }
    return hashes;
  }
}
