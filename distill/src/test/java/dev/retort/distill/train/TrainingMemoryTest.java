package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Memory does not grow over 2,000 steps: after the first twenty the number of arrays is exactly
 * flat, and after the first hundred the process's resident memory, Java heap included, stays within
 * 5 %.
 */
class TrainingMemoryTest {
  private static final int STEPS = 2_000;
  private static final int FIRST = 20;
  private static final int WARM = 100;

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
    assertThat(lines).hasSize(STEPS - FIRST + 1);
    assertThat(lines.stream().map(each -> each.get(0)).distinct()).hasSize(1);
    long[] resident =
        lines.stream().mapToLong(each -> Long.parseLong(each.get(1))).toArray();
    long before = resident[WARM - FIRST];
    long most = Arrays.stream(resident).skip(WARM - FIRST).max().orElseThrow();
    System.out.println("resident: " + before + " after " + WARM + " steps, at most " + most
        + " until step " + STEPS);
    assertThat((double) most).isLessThan(1.05 * before);
  }
}
