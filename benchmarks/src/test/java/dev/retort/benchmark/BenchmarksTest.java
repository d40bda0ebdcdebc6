package dev.retort.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchmarksTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return Benchmarks.run(
        List.of(arguments), new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aQuickLookMeasuresAnObjectiveBesidePlainCrossEntropyAndAStep() {
    assertThat(run("objectives", "--quick", "kd")).isZero();
    assertThat(printed())
        .startsWith("| logits [32, 2]; a step: ")
        .containsPattern("\n\\| `cross-entropy` \\| [0-9]+ \\| [0-9]+ \\| [0-9.]+ %"
            + " \\| [^|]+ \\| [1-9][0-9]* \\|\n")
        .contains("\n| `kd` | ")
        .doesNotContain("dkd");
  }

  @Test
  void unknownWordsAreToldWhatThereIs() {
    assertThat(run("speed")).isEqualTo(2);
    assertThat(printed()).contains("No benchmark (speed)", "objectives  ");
    assertThat(run("objectives", "kdd")).isEqualTo(2);
    assertThat(printed()).contains("No objective that is measured (kdd)");
  }
}
