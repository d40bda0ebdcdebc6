package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Weights' and activations' bytes as they are counted, against what a pass allocates. */
class ForwardMemoryTest {
  /** How many times the counted peak a pass may take, and how much less (docs/search-spaces.md). */
  private static final double MOST = 4;

  private static final double LEAST = 1;

  private record Case(String architecture, int batch, InputShape input) {}

  private static final List<Case> CASES = List.of(
      new Case(
          "bert:layers=3,hidden=256,heads=4,ratio=4,vocabulary=1000,positions=128",
          32,
          new InputShape(32, 128)),
      new Case("vit:layers=3,hidden=192,heads=3,ratio=4,classes=10", 16, new InputShape(16, 1)),
      new Case(
          "resnet:depth=2/2/2/2,width=64/128/256/512,stem=imagenet,resolution=160,classes=10",
          16,
          new InputShape(16, 1)),
      new Case("resnet:depth=3/3/3,width=32/64/128", 64, new InputShape(64, 1)),
      new Case("mobilenet-v2:resolution=160,classes=10", 16, new InputShape(16, 1)));

  @Test
  @Tag("memory")
  void bytesAreThoseThatAPassAllocates() throws Exception {
    assumeTrue(ForwardMemory.supported(), "nothing says here how large a process has been");
    List<long[]> measured = measure();
    assertThat(measured).hasSameSizeAs(CASES);
    for (int i = 0; i < CASES.size(); i++) {
      Case each = CASES.get(i);
      Architecture architecture = Architecture.parse(each.architecture());
      Cost cost = architecture.family().cost(architecture, each.input());
      assertThat(measured.get(i)[0]).as(each.architecture()).isEqualTo(cost.weightBytes());
      assertThat((double) measured.get(i)[1] / cost.peakActivationBytes())
          .as("grown over counted, %s", each)
          .isBetween(LEAST, MOST);
    }
  }

  private static List<long[]> measure() throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        // Memory of Java's own that does not grow while it is measured.
        "-Xms96m",
        "-Xmx96m",
        "-XX:+AlwaysPreTouch",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dai.djl.pytorch.num_threads=1",
        "-Dai.djl.pytorch.num_interop_threads=1",
        "-cp",
        System.getProperty("java.class.path"),
        ForwardMemory.class.getName()));
    for (Case each : CASES) {
      command.add(each.architecture());
      command.add(String.valueOf(each.batch()));
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("MALLOC_MMAP_THRESHOLD_", "65536");
    builder.environment().put("MALLOC_TRIM_THRESHOLD_", "65536");
    builder.environment().put("OPT_OUT_TRACKING", "true");
    Process process = builder.start();
    List<long[]> measured = new ArrayList<>();
    StringBuilder said = new StringBuilder();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        said.append(line).append('\n');
        if (line.startsWith("measured ")) {
          String[] words = line.split(" ");
          measured.add(new long[] {Long.parseLong(words[1]), Long.parseLong(words[2])});
        }
      }
    }
    assertThat(process.waitFor()).as(said.toString()).isZero();
    return measured;
  }
}
