package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of the house that only the sources show, over all modules. */
class SourcesTest {
  private static final int LONGEST_LINE = 100;
  private static final int LONGEST_FILE = 700;

  /** A public type, whatever stands between the modifiers. */
  private static final Pattern PUBLIC_TYPE = Pattern.compile(
      "^public (?:(?:final|abstract|sealed|non-sealed) )*(?:@?interface|class|record|enum) ");

  private static List<Path> sources(String kind) {
    List<Path> sources = new ArrayList<>();
    for (Path module : modules()) {
      Path folder = module.resolve("src").resolve(kind).resolve("java");
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          files.filter(each -> each.toString().endsWith(".java")).sorted().forEach(sources::add);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    assertThat(sources).isNotEmpty();
    return sources;
  }

  private static List<Path> modules() {
    try (Stream<Path> folders = Files.list(Outcome.root())) {
      return folders
          .filter(each -> Files.exists(each.resolve("pom.xml")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> all() {
    return Stream.concat(sources("main").stream(), sources("test").stream()).toList();
  }

  private static List<String> lines(Path file) {
    try {
      return Splitter.on('\n').splitToList(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Finder {
    boolean wrong(List<String> lines, int index);
  }

  /** Every line that is wrong, as file:line. */
  private static List<String> find(List<Path> files, Finder finder) {
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      List<String> lines = lines(file);
      for (int i = 0; i < lines.size(); i++) {
        if (finder.wrong(lines, i)) {
          found.add(Outcome.root().relativize(file) + ":" + (i + 1));
        }
      }
    }
    return found;
  }

  @Test
  void linesHaveAtMostAHundredColumns() {
    assertThat(find(
            all(),
            (lines, i) -> lines.get(i).codePointCount(0, lines.get(i).length()) > LONGEST_LINE))
        .isEmpty();
  }

  @Test
  void filesHaveAtMostSevenHundredLinesAndHalfOfThemUnderAHundredAndFifty() {
    List<Integer> lengths = new ArrayList<>();
    for (Path file : sources("main")) {
      int length = lines(file).size();
      lengths.add(length);
      assertThat(length).as(file.toString()).isLessThanOrEqualTo(LONGEST_FILE);
    }
    lengths.sort(null);
    assertThat(lengths.get(lengths.size() / 2)).isLessThan(150);
  }

  @Test
  void nothingIsLeftForLater() {
    Pattern later = Pattern.compile("\\b(" + "TO" + "DO|FIX" + "ME|X" + "XX)\\b");
    assertThat(find(all(), (lines, i) -> later.matcher(lines.get(i)).find())).isEmpty();
  }

  @Test
  void noTestIsSwitchedOff() {
    Pattern off = Pattern.compile("^\\s*@Dis" + "abled\\b(?!OnOs)");
    assertThat(find(sources("test"), (lines, i) -> off.matcher(lines.get(i)).find()))
        .isEmpty();
  }

  @Test
  void noTestSleeps() {
    Pattern sleep = Pattern.compile("\\bThread\\.sl" + "eep\\(|SECONDS\\.sl" + "eep\\(");
    assertThat(find(sources("test"), (lines, i) -> sleep.matcher(lines.get(i)).find()))
        .isEmpty();
  }

  @Test
  void noOperationIsUnsupported() {
    Pattern stub = Pattern.compile("new Unsupported" + "OperationException|NotImplemented");
    assertThat(find(sources("main"), (lines, i) -> stub.matcher(lines.get(i)).find()))
        .isEmpty();
  }

  @Test
  void everyPublicTypeIsDocumented() {
    assertThat(find(
            sources("main"),
            (lines, i) -> PUBLIC_TYPE.matcher(lines.get(i)).find() && !documented(lines, i)))
        .isEmpty();
  }

  /** Whether the lines above a declaration, annotations left out, end a Javadoc. */
  private static boolean documented(List<String> lines, int declaration) {
    int depth = 0;
    for (int i = declaration - 1; i >= 0; i--) {
      String line = lines.get(i).strip();
      if (line.endsWith("*/")) {
        return true;
      }
      depth += count(line, ')') - count(line, '(');
      if (depth == 0 && !line.startsWith("@") || line.isEmpty()) {
        return false;
      }
    }
    return false;
  }

  private static int count(String line, char sign) {
    return (int) line.chars().filter(each -> each == sign).count();
  }

  @Test
  void everyPackageSaysWhatItIsAndIsNullMarked() {
    for (Path file : sources("main")) {
      Path info = file.resolveSibling("package-info.java");
      assertThat(info).isRegularFile();
      assertThat(info).content().contains("@NullMarked").contains("/**");
    }
  }

  @Test
  void noPathOfAMachineIsWrittenDown() {
    Pattern path = Pattern.compile("\"/(work|root|home|Users|tmp)/");
    assertThat(find(all(), (lines, i) -> {
          Matcher matcher = path.matcher(lines.get(i));
          return matcher.find() && !lines.get(i).contains("Pattern.compile");
        }))
        .isEmpty();
  }
}
