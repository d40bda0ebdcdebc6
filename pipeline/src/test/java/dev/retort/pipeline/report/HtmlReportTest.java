package dev.retort.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HtmlReportTest {
  @Test
  void pageIsWritten() throws IOException {
    Files.writeString(
        Path.of("target", "example-report.html"), HtmlReport.render(ExampleReport.quickstart()));
    Files.writeString(
        Path.of("target", "empty-report.html"), HtmlReport.render(ExampleReport.empty()));
    Files.writeString(
        Path.of("target", "summary.txt"),
        SummaryTable.text(ExampleReport.quickstart())
            + SummaryTable.markdown(ExampleReport.quickstart()));
    assertThat(Path.of("target")).exists();
  }
}
