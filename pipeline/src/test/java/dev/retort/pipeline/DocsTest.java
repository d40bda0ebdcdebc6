package dev.retort.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds what the pages name to what there is. */
final class DocsTest {
  private static final Path ROOT = Path.of(System.getProperty("retort.root"));
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern NAMED_TEST = Pattern.compile("`([A-Z]\\w*Test)(?:\\.(\\w+))?`");

  static Stream<Path> pages() throws IOException {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyLinkLeadsSomewhere(Path page) throws IOException {
    Matcher link = LINK.matcher(Files.readString(page));
    while (link.find()) {
      String target = link.group(1);
      if (target.contains("://")) {
        continue;
      }
      int hash = target.indexOf('#');
      String file = hash < 0 ? target : target.substring(0, hash);
      Path found = file.isEmpty() ? page : page.resolveSibling(file).normalize();
      assertThat(found).as("%s links to %s", page.getFileName(), target).exists();
      if (hash >= 0) {
        assertThat(headings(found))
            .as("headings of %s, to which %s links", found.getFileName(), page.getFileName())
            .contains(target.substring(hash + 1));
      }
    }
  }

  /** The anchors of a page, as GitHub makes them. */
  private static Set<String> headings(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
        .map(title -> title.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyTestThatIsNamedExists(Path page) throws IOException {
    Matcher named = NAMED_TEST.matcher(Files.readString(page));
    Map<String, String> tests = named.find() ? tests() : Map.of();
    named.reset();
    while (named.find()) {
      String test = named.group(1);
      assertThat(tests.keySet()).as("tests, of which %s names one", page).contains(test);
      String method = named.group(2);
      if (method != null) {
        assertThat(tests.getOrDefault(test, "").contains("void " + method + "("))
            .as("%s names %s.%s, which exists", page, test, method)
            .isTrue();
      }
    }
  }

  /** The text of every test by its name. */
  private static Map<String, String> tests() throws IOException {
    List<Path> files;
    try (Stream<Path> modules = Files.list(ROOT)) {
      files = modules
          .map(each -> each.resolve("src/test/java"))
          .filter(Files::isDirectory)
          .toList();
    }
    Map<String, String> tests = new TreeMap<>();
    for (Path folder : files) {
      try (Stream<Path> walk = Files.walk(folder)) {
        for (Path file :
            walk.filter(each -> each.toString().endsWith("Test.java")).toList()) {
          tests.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
        }
      }
    }
    return tests;
  }
}
