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
  void aQuickLookMeasuresCostsAndSearches() {
    assertThat(run("costs", "--quick", "search")).isZero();
    assertThat(printed())
        .contains("| bert, own heads, most FLOPs within 3G | 9.9E+14 | 400 | ")
        .contains("| bert, own heads, ratio, most FLOPs within 3G | ");
    assertThat(run("costs", "everything")).isEqualTo(2);
  }

  @Test
  void aQuickLookMeasuresTheParts() {
    for (String word : List.of("slicing", "readers")) {
      assertThat(run(word, "--quick")).isZero();
    }
    assertThat(printed()).contains("| view | ", "| safetensors | ", "Tokens/s: ");
  }

  @Test
  void aQuickLookCountsPadding() {
    assertThat(run("padding", "--quick")).isZero();
    assertThat(printed())
        .containsPattern(
            "\n\\| authors \\| 500 \\| [0-9.]+ \\|( [0-9.]+ %, x 1\\.[0-9]{2} \\|){5}\n");
    assertThat(run("padding", "--data")).isEqualTo(2);
    assertThat(run("padding", "--date", "glue")).isEqualTo(2);
  }

  @Test
  void aQuickLookMeasuresGrowth() {
    assertThat(run("growth", "--quick")).isZero();
    assertThat(printed()).contains("| layers | 2 / 3 / 4 | ", "| sub-networks | ");
  }

  @Test
  void aQuickLookMeasuresTheLayoutOfPixels() {
    assertThat(run("layout", "--quick")).isZero();
    assertThat(printed())
        .containsPattern("\n\\| resnet:[^|]+ \\| 8 x 3 x 8 x 8 (\\| [0-9.]+ ){4}\\|\n")
        .contains("| mobilenet_v2:resolution=32,classes=3 | 8 x 3 x 32 x 32 | ");
    assertThat(run("layout", "everything")).isEqualTo(2);
  }

  @Test
  void unknownWordsAreToldWhatThereIs() {
    assertThat(run("speed")).isEqualTo(2);
    assertThat(printed()).contains("No benchmark (speed)", "objectives  ");
    assertThat(run("objectives", "kdd")).isEqualTo(2);
    assertThat(printed()).contains("No objective that is measured (kdd)");
  }
}
