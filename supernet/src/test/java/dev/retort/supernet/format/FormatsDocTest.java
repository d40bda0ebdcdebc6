package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/formats.md says what is read, no more and no less. */
final class FormatsDocTest {
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** In the name of a layout: a network such as MobileNetV2, a tensor such as layer1.0.conv1. */
  private static final Pattern WORD =
      Pattern.compile("[A-Z][a-z]*[A-Z]\\w*|\\b[a-z]+\\d*(?:[._]\\w+)+|\\bconv\\d");

  private static String page() throws IOException {
    return Files.readString(
        Path.of(System.getProperty("retort.root")).resolve("docs").resolve("formats.md"));
  }

  private static List<String> codes(String text) {
    List<String> codes = new ArrayList<>();
    Matcher matcher = CODE.matcher(text);
    while (matcher.find()) {
      codes.add(matcher.group(1));
    }
    return codes;
  }

  /** The lines of the table below a header, cell by cell. */
  private static List<List<String>> table(String header) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    String page = page();
    int at = page.indexOf(header);
    assertThat(at).as(header).isPositive();
    for (String line : Splitter.on('\n').split(page.substring(at + header.length() + 1))) {
      if (!line.startsWith("|")) {
        break;
      }
      if (!line.startsWith("|---")) {
        rows.add(Splitter.on('|').trimResults().omitEmptyStrings().splitToList(line));
      }
    }
    return rows;
  }

  @Test
  void itsModelTypesAreThoseThatAreRead() throws IOException {
    List<String> read = new ArrayList<>();
    for (HuggingFaceModel each : ServiceLoader.load(HuggingFaceModel.class)) {
      read.add(each.type() + " " + each.family());
    }
    assertThat(table("| `model_type` | classes | family |").stream()
            .map(row -> codes(row.get(0)).get(0) + " " + codes(row.get(2)).get(0)))
        .containsExactlyInAnyOrderElementsOf(read);
  }

  @Test
  void itsProcessorsAreThoseThatAreRead(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("p.json"), "{\"image_processor_type\":\"x\"}");
    String page = page();
    int at = page.indexOf("### preprocessor_config.json");
    String sentence = page.substring(at, page.indexOf("`Fast`", at));
    assertThatThrownBy(() -> PreprocessorConfig.read(ConfigFile.read(file)))
        .hasMessageEndingWith("Retort prepares images as "
            + String.join(
                ", ",
                codes(sentence).stream()
                    .filter(each -> each.endsWith("ImageProcessor"))
                    .toList())
            + ".");
  }

  @Test
  void itsLayoutsAreThoseThatAreRecognised() throws IOException {
    String rows = table("| layout | names | pixels |").toString();
    int names = 0;
    for (WeightLayout each : WeightLayout.ALL) {
      for (Matcher word = WORD.matcher(each.name()); word.find(); names++) {
        assertThat(rows).as(each.name()).contains(word.group());
      }
    }
    assertThat(names).isGreaterThan(15);
  }
}
