package dev.retort.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import dev.retort.distill.train.StepReport;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {
  private static StepReport step(String stage, long step, boolean skipped) {
    return new StepReport(stage, step, 100, 1.25, ImmutableMap.of(), 1, 1e-3, skipped);
  }

  @Test
  void linesComeEveryFewSecondsWithWhatIsLeft() {
    long[] clock = {0};
    StringWriter err = new StringWriter();
    ProgressLines lines = new ProgressLines(new PrintWriter(err), () -> clock[0]);
    lines.started("train/tiny", "bert:layers=2", 100);
    // A resumed stage: its first step here is the 41st; a step takes a second.
    for (int step = 41; step <= 60; step++) {
      clock[0] += TimeUnit.SECONDS.toNanos(1);
      lines.step(step("train/tiny", step, step == 45));
    }
    lines.counted("search", 7);
    clock[0] += TimeUnit.SECONDS.toNanos(6);
    lines.counted("search", 9);
    lines.note("a candidate failed");
    lines.finished("train/tiny", 65);
    assertThat(err.toString().lines())
        .containsExactly(
            "train/tiny: bert:layers=2, 100 steps",
            "train/tiny: step 45 of 100, loss 1.250 (not finite, skipped), 55 s left",
            "train/tiny: step 50 of 100, loss 1.250, 50 s left",
            "train/tiny: step 55 of 100, loss 1.250, 45 s left",
            "train/tiny: step 60 of 100, loss 1.250, 40 s left",
            "search: 9 so far",
            "note: a candidate failed",
            "train/tiny: done in 1:05 min");
    assertThat(err.toString()).doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
  }

  @Test
  void barsStandSideBySideAndEndFull() {
    ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    try (ProgressBars bars = new ProgressBars(new PrintStream(drawn, true, UTF_8), 100)) {
      bars.started("train/tiny", "bert:layers=2", 100);
      bars.started("train/small", "bert:layers=3", 100);
      bars.started("search", "scores candidates", 0);
      bars.step(step("train/tiny", 50, false));
      bars.step(step("train/small", 100, false));
      bars.counted("search", 12);
      bars.finished("train/tiny", 1);
      bars.finished("train/small", 61);
      bars.finished("search", 1);
      bars.step(step("unheard of", 1, false));
      bars.note("a note");
    }
    assertThat(drawn.toString(UTF_8))
        .contains("train/tiny", "train/small", "search", "100%", "1:01 min", "note: a note");
  }

  @ParameterizedTest
  @CsvSource({"0.2, 0 s", "59.4, 59 s", "59.6, 1:00 min", "245, 4:05 min", "5400, 1:30 h"})
  void durationsAreForPeople(double seconds, String text) {
    assertThat(Durations.text(seconds)).isEqualTo(text);
  }
}
