package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.pipeline.StoppedException;
import dev.retort.space.UserException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FailuresTest {
  private final StringWriter err = new StringWriter();

  private int handle(Throwable thrown) {
    PrintWriter writer = new PrintWriter(err, true);
    return new Failures(new Console(writer, writer, false)).handle(thrown);
  }

  @Test
  void eachKindOfUsersMistakeHasItsExitCodeAndItsMessageAlone() {
    for (UserException.Kind kind : UserException.Kind.values()) {
      assertThat(handle(new UserException(kind, "what to do"))).isEqualTo(kind.exitCode());
    }
    assertThat(err.toString().lines()).containsOnly("retort: what to do");
  }

  @Test
  void memoryThatRanOutIsFiveWithAdvice() {
    assertThat(handle(new OutOfMemoryError("Java heap space"))).isEqualTo(5);
    assertThat(handle(new IllegalStateException(new RuntimeException(
            "DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 bytes"))))
        .isEqualTo(5);
    assertThat(err.toString()).contains("smaller batch").doesNotContain("\tat ");
  }

  @Test
  void mistakeOfOursIsOneWithATraceAndARequestToReport() {
    assertThat(handle(new IllegalStateException("odd"))).isEqualTo(1);
    assertThat(err.toString()).contains("IllegalStateException: odd").contains("Please report it");
  }

  @Test
  void stoppedRunSaysHowToGoOn() {
    assertThat(handle(new StoppedException(Path.of("runs/a")))).isEqualTo(130);
    assertThat(err.toString()).contains("retort resume runs/a");
  }
}
