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
import org.jspecify.annotations.Nullable;

/** Published costs, and under which name and accounting {@code retort cost} is to give each. */
final class PublishedCosts {
  /** A cell, quoted where it has a comma. */
  private static final Pattern CELL = Pattern.compile("\"([^\"]*)\"(?:,|$)|([^,]*)(?:,|$)");

  private PublishedCosts() {}

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

    /** What the row's input says, such as the pixels a side; null where the group is absent. */
    @Nullable
    String input(Pattern pattern) {
      Matcher matcher = pattern.matcher(input);
      assertThat(matcher.matches()).as("the row's input (%s)", input).isTrue();
      return matcher.group(1);
    }

    /** Holds the row against a model that has a name. */
    void assertAgrees(Architecture architecture, InputShape shape) {
      String name = Splitter.on(':').splitToList(model.text()).get(0);
      assertThat(NamedModels.all()).containsKey(name);
      Cost cost = Accounting.named(model.accounting()).cost(architecture, shape);
      assertAgrees(cost.parameters(), parameters, "params");
      if (!macs.isEmpty()) {
        assertAgrees(cost.macs(), macs, "macs");
      }
    }

    private void assertAgrees(long own, String published, String what) {
      double figure = Double.parseDouble(published);
      // A resolution of 1 means exact; halves of it are for rounded figures.
      double rounding = Double.parseDouble(requireNonNull(how.get(what + "_rounding")));
      double allow = Double.parseDouble(how.getOrDefault(what + "_allow", "0"));
      assertThat((double) own)
          .as("%s of %s", what, this)
          .isCloseTo(figure, offset(rounding / 2 + allow * figure));
    }
  }

  private static List<String> lines(String resource) throws IOException {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(
        requireNonNull(PublishedCosts.class.getResourceAsStream(resource)),
        StandardCharsets.UTF_8))) {
      List<String> lines = reader.lines().filter(line -> !line.startsWith("#")).toList();
      return lines.subList(1, lines.size());
    }
  }

  private static ImmutableMap<String, Model> models(String kind) throws IOException {
    ImmutableMap.Builder<String, Model> models = ImmutableMap.builder();
    for (String line : lines("/" + kind + "-models.csv")) {
      List<String> cells = Splitter.on('|').splitToList(line);
      models.put(cells.get(0), new Model(cells.get(1), cells.get(2), cells.get(3)));
    }
    return models.buildOrThrow();
  }

  /**
   * Every row of a kind.
   *
   * @param kind {@code image} or {@code text}
   */
  static List<Row> all(String kind) throws IOException {
    ImmutableMap<String, Model> models = models(kind);
    List<Row> rows = new ArrayList<>();
    for (String line : lines("/" + kind + "-costs.csv")) {
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

  /** The rows of a kind that are of a model. */
  static Stream<Row> counted(String kind) throws IOException {
    return all(kind).stream().filter(row -> row.model().reason().isEmpty());
  }

  /** Nothing is left out but these rows, and no model is given without a row. */
  static void assertLeftOut(String kind, String... names) throws IOException {
    List<Row> all = all(kind);
    assertThat(all)
        .filteredOn(row -> !row.model().reason().isEmpty())
        .extracting(Row::name)
        .containsExactlyInAnyOrder(names);
    assertThat(models(kind))
        .hasSameSizeAs(all.stream().map(Row::name).distinct().toList());
  }
}
