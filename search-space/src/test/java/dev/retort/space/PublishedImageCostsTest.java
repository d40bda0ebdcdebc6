package dev.retort.space;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the tables that image models were published with against what they cost here. */
class PublishedImageCostsTest {
  private static final InputShape ONE = new InputShape(1, 1);

  /** A figure and how far a count may be from it; negative: none was published. */
  record Figure(long published, long within) {
    static Figure of(String published, String within) {
      return published.isEmpty()
          ? new Figure(-1, 0)
          : new Figure(Long.parseLong(published), Long.parseLong(within));
    }

    boolean agrees(long own) {
      return published < 0 || Math.abs(own - published) <= within;
    }
  }

  /** A row of the table. */
  record Row(
      String model,
      String accounting,
      Figure parameters,
      Figure macs,
      String source,
      String reason) {
    @Override
    public String toString() {
      return model + " (" + source + ")";
    }

    Cost cost() {
      return Accounting.named(accounting).cost(NamedModels.parse(model), ONE);
    }
  }

  private static Stream<Row> rows() throws IOException {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(
        requireNonNull(
            PublishedImageCostsTest.class.getResourceAsStream("/published-image-costs.csv")),
        StandardCharsets.UTF_8))) {
      List<Row> rows = reader
          .lines()
          .filter(line -> !line.startsWith("#"))
          .skip(1)
          .map(Splitter.on('|')::splitToList)
          .map(cells -> new Row(
              cells.get(0),
              cells.get(1),
              Figure.of(cells.get(2), cells.get(3)),
              Figure.of(cells.get(4), cells.get(5)),
              cells.get(6),
              cells.get(7)))
          .toList();
      return rows.stream();
    }
  }

  static Stream<Row> agreeing() throws IOException {
    return rows().filter(row -> row.reason().isEmpty());
  }

  @ParameterizedTest
  @MethodSource("agreeing")
  void publishedCostComesOutByName(Row row) {
    assertThat(NamedModels.all())
        .containsKey(Splitter.on(':').splitToList(row.model()).get(0));
    Cost cost = row.cost();
    assertThat(cost.parameters()).as("parameters").matches(row.parameters()::agrees);
    assertThat(cost.macs()).as("multiply-accumulates").matches(row.macs()::agrees);
  }

  @Test
  void namesKnowTheAccountingOfTheirPublisher() throws IOException {
    assertThat(agreeing())
        .filteredOn(row -> List.of("slim-v1", "slim-v2", "autoformer").contains(row.source())
            || row.source().equals("timm")
                && !row.accounting().equals("exact")
                && row.model().matches("(vit|deit|tf_|mobilenetv).*"))
        .hasSizeGreaterThan(60)
        .allSatisfy(row -> assertThat(NamedModels.accounting(row.model()).name())
            .as(row.model())
            .isEqualTo(row.accounting()));
  }

  /** What is excused is not excused for longer than it must be. */
  @Test
  void rowsThatCannotAgreeDoNot() throws IOException {
    assertThat(rows().filter(row -> !row.reason().isEmpty())).isNotEmpty().allSatisfy(row -> {
      Cost cost = row.cost();
      assertThat(row.parameters().agrees(cost.parameters()) && row.macs().agrees(cost.macs()))
          .as(row.toString())
          .isFalse();
    });
  }

  @Test
  void everyNameCanBeFollowedByOtherValues() {
    NamedModels.all().forEach((name, text) -> {
      Architecture plain = NamedModels.parse(name);
      assertThat(plain).as(name).isEqualTo(Architecture.parse(text));
      if (plain.family().input() == Family.Input.IMAGES) {
        Architecture other = NamedModels.parse(name + ":resolution=160,classes=1001");
        assertThat(other.integer("resolution")).as(name).isEqualTo(160);
        assertThat(other.integer("classes")).as(name).isEqualTo(1001);
      }
    });
  }
}
