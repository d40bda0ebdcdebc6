package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import dev.retort.space.image.HeadedFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/search-spaces.md has the families, dimensions, models, presets and accountings. */
class SpacesDocsTest {
  private static final Pattern HEADING = Pattern.compile("### `([a-z0-9-]+)`: .*");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  /** A row of a family's table. */
  private record Documented(String name, String standard, String by, String meaning) {}

  private static String page() throws IOException {
    return Files.readString(
        Path.of(System.getProperty("retort.root")).resolve("docs/search-spaces.md"));
  }

  private static Map<String, List<Documented>> tables() throws IOException {
    Map<String, List<Documented>> tables = new LinkedHashMap<>();
    List<Documented> open = new ArrayList<>();
    for (String line : page().lines().toList()) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        open = new ArrayList<>();
        tables.put(heading.group(1), open);
      } else if (line.startsWith("#")) {
        open = new ArrayList<>();
      } else if (line.startsWith("| `")) {
        List<String> cells = Splitter.on('|').trimResults().splitToList(line);
        if (cells.size() == 6) {
          open.add(new Documented(
              cells.get(1).replace("`", ""), cells.get(2), cells.get(3), cells.get(4)));
        }
      }
    }
    return tables;
  }

  @Test
  void thePageHasEveryFamilyWithItsDimensions() throws IOException {
    Map<String, List<Documented>> tables = tables();
    List<Family> families = Families.all().values().stream()
        .filter(family -> !(family instanceof HeadedFamily))
        .toList();
    assertThat(tables.keySet())
        .containsExactlyInAnyOrderElementsOf(families.stream().map(Family::name).toList());
    for (Family family : families) {
      List<Documented> table = tables.getOrDefault(family.name(), List.of());
      assertThat(table)
          .as(family.name())
          .extracting(Documented::name)
          .containsExactlyElementsOf(
              family.properties().stream().map(Property::name).toList());
      for (int i = 0; i < table.size(); i++) {
        check(family.properties().get(i), table.get(i), family.name());
      }
    }
  }

  private static void check(Property property, Documented row, String family) {
    String where = property.name() + " of " + family;
    assertThat(row.standard().startsWith("`")).as(where).isEqualTo(property.standard() != null);
    if (property.standard() != null) {
      assertThat(row.standard()).as(where).isEqualTo("`" + property.standard() + "`");
    }
    assertThat(row.by())
        .as(where)
        .isEqualTo(
            property.scope() == Scope.NETWORK
                ? ""
                : property.scope().name().toLowerCase(Locale.ROOT));
    for (String word : property.words()) {
      assertThat(row.meaning()).as(where).contains("`" + word + "`");
    }
    assertThat(row.meaning()).as(where).isNotEmpty();
  }

  @Test
  void headsOverFamiliesAreNamed() throws IOException {
    String page = page();
    Families.all().values().stream()
        .filter(HeadedFamily.class::isInstance)
        .map(HeadedFamily.class::cast)
        .forEach(family -> assertThat(page)
            .contains(
                "`FAMILY" + family.name().substring(family.backbone().name().length()) + "`")
            .contains("`" + family.backbone().name() + "`"));
  }

  @Test
  void modelsThatThePageNamesExist() throws IOException {
    String page = page();
    String section = page.substring(page.indexOf("\n## Models"), page.indexOf("\n## Budgets"));
    List<String> named = section
        .lines()
        .filter(line -> line.startsWith("| "))
        .flatMap(line -> CODE.matcher(line).results())
        .map(result -> result.group(1))
        .filter(name -> !name.startsWith("-"))
        .toList();
    assertThat(named).hasSizeGreaterThan(40);
    assertThat(NamedModels.all().keySet()).containsAll(named);
  }

  @Test
  void accountingsAndPresetsStandOnThePage() throws IOException {
    String page = page();
    Accounting.all().forEach(each -> assertThat(page).contains("- **" + each.name() + "**"));
    Families.presets().forEach(each -> assertThat(page).contains("| `" + each.name() + "` |"));
  }
}
