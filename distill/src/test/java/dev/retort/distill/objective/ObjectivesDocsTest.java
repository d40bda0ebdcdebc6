package dev.retort.distill.objective;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ObjectivesDocsTest {
  private static final String BEGIN = "<!-- objectives -->\n\n";
  private static final String END = "\n<!-- /objectives -->";

  @Test
  void thePageHasTheTablesThatTheCodeWrites() throws IOException {
    Path page = Path.of(System.getProperty("retort.root")).resolve("docs/objectives.md");
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    assertThat(end).as("the marks in docs/objectives.md").isGreaterThan(begin);
    if (Boolean.getBoolean("retort.docs.write")) {
      Files.writeString(
          page, text.substring(0, begin) + Objectives.markdown() + text.substring(end));
      return;
    }
    assertThat(text.substring(begin, end))
        .as("docs/objectives.md; -Dretort.docs.write=true writes it anew")
        .isEqualTo(Objectives.markdown());
  }
}
