package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchedOutputTest {
  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int each) throws IOException {
        throw new IOException(message);
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"Broken pipe, 0, ''", "No space left on device, 5, cannot be written"})
  void closedReaderIsNoMistakeButAFullDiskIs(String failure, int code, String message) {
    WatchedOutput watched = new WatchedOutput(failing(failure));
    StringWriter err = new StringWriter();
    Console console = new Console(new PrintWriter(watched), new PrintWriter(err), false);
    int own = Main.run(console, "spaces", "--list", "100");
    assertThat(own).isZero();
    assertThat(watched.exitCode(own, console)).isEqualTo(code);
    assertThat(err.toString()).contains(message).doesNotContain("Exception");
  }

  @Test
  void failedCommandKeepsItsOwnExitCode() {
    WatchedOutput watched = new WatchedOutput(failing("No space left on device"));
    Console console =
        new Console(new PrintWriter(watched), new PrintWriter(new StringWriter()), false);
    watched.write('a');
    assertThat(watched.exitCode(3, console)).isEqualTo(3);
  }
}
