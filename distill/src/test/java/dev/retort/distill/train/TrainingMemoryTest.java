package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Memory does not grow with the steps: 200 of them, 2,000 with {@code -Dretort.campaign=true}.
 * After the first twenty the number of arrays is exactly flat, and the process's resident memory,
 * Java heap included, stays within 5 %.
 */
class TrainingMemoryTest {
  private static final int STEPS = Boolean.getBoolean("retort.campaign") ? 2_000 : 200;

  @Test
  void memoryIsFlat() throws Exception {
    Assumptions.assumeTrue(
        Files.isReadable(Path.of("/proc/self/status")),
        "resident memory is read from /proc, which is not here");
    // A heap that is all there from the start does not hide or feign growth.
    Process child = ChildJvm.start(
        MemoryChild.class,
        List.of("-Xms96m", "-Xmx96m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch"),
        Integer.toString(STEPS));
    List<List<String>> lines;
    try (var reader = child.inputReader(StandardCharsets.UTF_8)) {
      lines = reader.lines().map(Splitter.on(' ')::splitToList).toList();
      assertThat(child.waitFor()).isZero();
    } finally {
      child.destroyForcibly();
    }
    assertThat(lines).hasSize(STEPS - 19);
    assertThat(lines.stream().map(each -> each.get(0)).distinct()).hasSize(1);
    long before = Long.parseLong(lines.get(0).get(1));
    long after = Long.parseLong(lines.get(lines.size() - 1).get(1));
    System.out.println(
        "resident: " + before + " after 20 steps, " + after + " after " + STEPS + " steps");
    assertThat((double) after).isLessThan(1.05 * before);
  }
}
