package dev.retort.space;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds every published cost of a text model that we have against what {@code retort cost} says
 * under the name and accounting that {@code text-models.csv} gives for the row.
 */
class TextCostsTest {
  /** A cell, quoted where it has a comma. */
  private static final Pattern CELL = Pattern.compile("\"([^\"]*)\"(?:,|$)|([^,]*)(?:,|$)");

  private static final Pattern TOKENS = Pattern.compile("(\\d+ )?tokens");

  /** What a row is of: a model as the command reads it, or the reason why it is of none. */
  record Model(String text, String accounting, String reason) {}

  /** A row of the table. */
  record Row(
      String name,
      String parameters,
      String macs,
      String input,
      ImmutableMap<String, String> how,
      Model model) {
    @Override
    public String toString() {
      return name + " " + input;
    }

    InputShape shape() {
      Matcher tokens = TOKENS.matcher(input);
      assertThat(tokens.matches()).as("the row's input (%s)", input).isTrue();
      String length = tokens.group(1);
      return new InputShape(1, length == null ? 128 : Integer.parseInt(length.strip()));
    }
  }

  private static List<String> lines(String resource) throws IOException {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(
        requireNonNull(TextCostsTest.class.getResourceAsStream(resource)),
        StandardCharsets.UTF_8))) {
      List<String> lines = reader.lines().filter(line -> !line.startsWith("#")).toList();
      return lines.subList(1, lines.size());
    }
  }

  private static ImmutableMap<String, Model> models() throws IOException {
    ImmutableMap.Builder<String, Model> models = ImmutableMap.builder();
    for (String line : lines("/text-models.csv")) {
      List<String> cells = Splitter.on('|').splitToList(line);
      models.put(cells.get(0), new Model(cells.get(1), cells.get(2), cells.get(3)));
    }
    return models.buildOrThrow();
  }

  private static List<Row> all() throws IOException {
    ImmutableMap<String, Model> models = models();
    List<Row> rows = new ArrayList<>();
    for (String line : lines("/text-costs.csv")) {
      List<String> cells = new ArrayList<>();
      Matcher matcher = CELL.matcher(line);
      while (cells.size() < 6 && matcher.find()) {
        cells.add(matcher.group(1) == null ? matcher.group(2) : matcher.group(1));
      }
      ImmutableMap.Builder<String, String> how = ImmutableMap.builder();
      for (String part : Splitter.on("; ").split(cells.get(5))) {
        int equals = part.indexOf('=');
        how.put(part.substring(0, equals), part.substring(equals + 1));
      }
      String name = cells.get(1);
      Model model = requireNonNull(models.get(name), () -> "no model is given for " + name);
      rows.add(new Row(name, cells.get(2), cells.get(3), cells.get(4), how.buildOrThrow(), model));
    }
    return rows;
  }

  static Stream<Row> counted() throws IOException {
    return all().stream().filter(row -> row.model().reason().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("counted")
  void publishedCostComesOutByName(Row row) {
    String name = Splitter.on(':').splitToList(row.model().text()).get(0);
    assertThat(NamedModels.all()).containsKey(name);
    Architecture architecture = NamedModels.parse(row.model().text());
    Cost cost = Accounting.named(row.model().accounting()).cost(architecture, row.shape());
    assertAgrees(cost.parameters(), row.parameters(), row, "params");
    if (!row.macs().isEmpty()) {
      assertAgrees(cost.macs(), row.macs(), row, "macs");
    }
  }

  private static void assertAgrees(long own, String published, Row row, String what) {
    double figure = Double.parseDouble(published);
    // A resolution of 1 means exact; halves of it are for rounded figures.
    double rounding = Double.parseDouble(requireNonNull(row.how().get(what + "_rounding")));
    double allow = Double.parseDouble(row.how().getOrDefault(what + "_allow", "0"));
    assertThat((double) own)
        .as("%s of %s", what, row)
        .isCloseTo(figure, offset(rounding / 2 + allow * figure));
  }

  /** Nothing is left out but what is said here. */
  @Test
  void rowsThatAreOfNoModelSayWhy() throws IOException {
    assertThat(all())
        .filteredOn(row -> !row.model().reason().isEmpty())
        .extracting(Row::name)
        .containsExactly("MobileBERT");
    assertThat(models()).hasSameSizeAs(all().stream().map(Row::name).distinct().toList());
  }
}
