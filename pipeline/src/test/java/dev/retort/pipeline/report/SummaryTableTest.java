package dev.retort.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class SummaryTableTest {
  @Test
  void textIsTheGoldenOne() throws IOException {
    try (InputStream golden = SummaryTableTest.class.getResourceAsStream("summary.txt")) {
      assertThat(golden).isNotNull();
      String expected = new String(golden.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(SummaryTable.text(ExampleReport.quickstart())).isEqualTo(expected);
    }
  }

  @Test
  void noLineIsWiderThanAHundredColumns() {
    String name = "y".repeat(90);
    ReportModel model = ExampleReport.withTeacher(name, "x".repeat(250));
    assertThat(SummaryTable.text(model).lines())
        .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(100));
    assertThat(SummaryTable.text(model).replaceAll("\\s", "")).contains("x".repeat(250));
  }

  @Test
  void terminalWithoutTheSignsGetsOthersAndStaysAligned() {
    String text = SummaryTable.text(ExampleReport.quickstart(), StandardCharsets.US_ASCII);
    assertThat(text).contains("67.7 +- 1.1       100.0 %").matches("\\p{ASCII}*");
    List<Integer> ends = text.lines()
        .filter(l -> l.contains("+- 1"))
        .map(String::length)
        .distinct()
        .toList();
    assertThat(ends).hasSize(1);
  }

  @Test
  void controlCharactersDoNotReachTheTerminal() {
    ReportModel model = ExampleReport.withTeacher("\u001b[31mred\r\u0007", "bert:\n");
    assertThat(SummaryTable.text(model)).contains("?[31mred??").doesNotContain("\u001b");
  }

  @Test
  void nothingKnownIsAnEmDash() {
    assertThat(SummaryTable.text(ExampleReport.empty())).contains("\u2014").doesNotContain("NaN");
    assertThat(SummaryTable.markdown(ExampleReport.empty())).doesNotContain("NaN");
  }

  @Test
  void markdownRowsHaveSixCellsAndTakeSignsLiterally() {
    ReportModel model = ExampleReport.withTeacher("t", "a|b`c");
    String markdown = SummaryTable.markdown(model);
    assertThat(markdown)
        .startsWith("| Network | Parameters | MACs | of teacher's MACs | Test accuracy, % |")
        .contains("| **Teacher** `a\\|b'c` | 2.52 M | 61.9 M | 100.0 % | 67.7 \u00b1 1.1 |")
        .contains("| **NKD** (100 labels an author, 114 steps) |  |  |  | **67.5 \u00b1 1.1** |");
    assertThat(markdown.replace("\\|", "").lines())
        .allSatisfy(
            line -> assertThat(line.chars().filter(c -> c == '|').count()).isEqualTo(7));
  }

  @Test
  void longTextBreaksWhereItMay() {
    assertThat(SummaryTable.wrap("a,b c/ddd", 4)).containsExactly("a,b", "c/dd", "d");
    assertThat(SummaryTable.wrap("abcdefgh", 3)).containsExactly("abc", "def", "gh");
    assertThat(SummaryTable.wrap("", 3)).containsExactly("");
  }
}
