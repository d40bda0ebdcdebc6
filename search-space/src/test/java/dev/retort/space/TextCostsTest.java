package dev.retort.space;

import dev.retort.space.PublishedCosts.Row;
import java.io.IOException;
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
  private static final Pattern TOKENS = Pattern.compile("(\\d+)? ?tokens");
  private static final int USUAL = 128;

  static Stream<Row> counted() throws IOException {
    return PublishedCosts.counted("text");
  }

  @ParameterizedTest
  @MethodSource("counted")
  void publishedCostComesOutByName(Row row) {
    String tokens = row.input(TOKENS);
    InputShape shape = new InputShape(1, tokens == null ? USUAL : Integer.parseInt(tokens));
    row.assertAgrees(NamedModels.parse(row.model().text()), shape);
  }

  @Test
  void rowsThatAreOfNoModelSayWhy() throws IOException {
    PublishedCosts.assertLeftOut("text", "MobileBERT");
  }
}
