package dev.retort.benchmark.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SideBySideTest {
  @Test
  void everyWorkHasAPeerThatPrintsWhatIsCompared() throws Exception {
    for (var each : SideBySide.figures().entrySet()) {
      Path peer = Path.of(System.getProperty("retort.root"))
          .resolve("benchmarks/peer/" + each.getKey() + "_peer.py");
      assertThat(Files.readString(peer)).contains("\"" + each.getValue() + "\":");
    }
  }

  @Test
  void figuresAreReadFromJsonOfEitherStyle() {
    assertThat(SideBySide.figure("{\"a\":1,\"b_per_s\":2.5e1}", "b_per_s")).isEqualTo(25);
    assertThat(SideBySide.figure("{\"a\": 1, \"b_per_s\": 0.5}", "b_per_s")).isEqualTo(0.5);
    assertThatThrownBy(() -> SideBySide.figure("{}", "b_per_s")).hasMessageContaining("b_per_s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nothing", "superlm --rounds", "superlm --rounds 0"})
  void anythingElsePrintsWhatThereIs(String arguments) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    List<String> words = arguments.isEmpty() ? List.of() : List.of(arguments.split(" ", -1));
    int code = new SideBySide().run(words, new PrintStream(printed, true, StandardCharsets.UTF_8));
    assertThat(code).isEqualTo(2);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("superlm|scoring");
  }
}
