package dev.retort.space;

import dev.retort.space.PublishedCosts.Row;
import java.io.IOException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds every published cost of an image model that we have against what {@code retort cost} says
 * under the name and accounting that {@code image-models.csv} gives for the row.
 */
class ImageCostsTest {
  private static final InputShape ONE = new InputShape(1, 1);
  private static final Pattern SIDE = Pattern.compile("3x(\\d+)x\\d+.*");

  static Stream<Row> counted() throws IOException {
    return PublishedCosts.counted("image");
  }

  @ParameterizedTest
  @MethodSource("counted")
  void publishedCostComesOutByName(Row row) {
    String text = row.model().text();
    String more = "resolution=" + row.input(SIDE);
    row.assertAgrees(NamedModels.parse(text + (text.contains(":") ? "," : ":") + more), ONE);
  }

  @Test
  void rowsThatAreOfNoModelSayWhy() throws IOException {
    PublishedCosts.assertLeftOut(
        "image",
        "flops@595M_top1@80.0_finetune@75",
        "resnet50D_MAC@1.8B_top1@78.3",
        "note10_lat@30ms_top1@78.4_finetune@75");
  }
}
