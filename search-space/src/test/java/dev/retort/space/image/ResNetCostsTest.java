package dev.retort.space.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.Families;
import dev.retort.space.InputShape;
import dev.retort.space.Operation;
import dev.retort.space.Value;
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

/** Holds the costs against every published one of a ResNet, wide ResNet or VGG that we have. */
class ResNetCostsTest {
  private static final InputShape ONE = new InputShape(1, 1);

  /** Cells, of which the sixth is quoted where it has a comma. */
  private static final Pattern CELL = Pattern.compile("\"([^\"]*)\"(?:,|$)|([^,]*)(?:,|$)");

  /**
   * Once-for-all's searched resnet50D: the architecture that the figures are of is not published
   * with them, and its stem of three convolutions and shortcuts with average pooling are not of
   * this family, so that there is nothing to count.
   */
  private static final String NOT_COUNTED = "resnet50D_MAC@1.8B_top1@78.3";

  record Row(
      String name, String parameters, String macs, String input, ImmutableMap<String, String> how) {
    @Override
    public String toString() {
      return name + " " + input;
    }

    String how(String key) {
      return requireNonNull(how.get(key));
    }

    Architecture architecture() {
      List<String> words = Splitter.on(' ').splitToList(name);
      boolean cifar = words.size() > 1 && words.get(1).startsWith("cifar");
      String model = cifar ? words.get(0) + "-" + words.get(1) : words.get(0);
      Architecture architecture =
          Architecture.parse(requireNonNull(Families.models().get(model), "no model " + model));
      String side = input.substring(input.lastIndexOf('x') + 1);
      return architecture.with("resolution", Value.of(Integer.parseInt(side)));
    }
  }

  private static List<Row> read() throws IOException {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(
        requireNonNull(ResNetCostsTest.class.getResourceAsStream("/resnet-costs.csv")),
        StandardCharsets.UTF_8))) {
      return reader.lines().skip(2).map(ResNetCostsTest::row).toList();
    }
  }

  private static Row row(String line) {
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
    return new Row(cells.get(1), cells.get(2), cells.get(3), cells.get(4), how.buildOrThrow());
  }

  static Stream<Row> rows() throws IOException {
    return read().stream().filter(row -> !row.name().equals(NOT_COUNTED));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void publishedCostComesOut(Row row) {
    Architecture architecture = row.architecture();
    Cost cost = Accounting.EXACT.cost(architecture, ONE);
    assertAgrees(cost.parameters(), row.parameters(), row, "params");
    if (!row.macs().isEmpty()) {
      assertAgrees(cost.macs() + more(architecture, row.how("macs")), row.macs(), row, "macs");
    }
  }

  /** What a publication counts beside convolutions and linear layers. */
  private static long more(Architecture architecture, String counted) {
    return switch (counted) {
      case "convolutions and linear layers only, no norm, activation or pooling",
          "convolutions and classifier" -> 0;
      // The row allows for these element operations.
      case "convolutions and classifier, plus half of the element operations of batch norm and"
          + " activation: up to 1.2 % above a pure MAC count" -> 0;
      // fvcore counts two for each number that a normalisation scales and shifts.
      case "fvcore: convolutions, linear layers and batch norm" -> 2 * normed(architecture);
      default -> throw new AssertionError("A row counts in a way not read yet: " + counted);
    };
  }

  private static long normed(Architecture architecture) {
    return architecture.blueprint().operations().stream()
        .filter(each -> each.name().endsWith("-norm"))
        .map(Operation::outputs)
        .mapToLong(outputs -> outputs.at(ONE))
        .sum();
  }

  private static void assertAgrees(long own, String published, Row row, String what) {
    double figure = Double.parseDouble(published);
    double rounding = Double.parseDouble(row.how(what + "_rounding"));
    double half = rounding == 1 ? 0 : rounding / 2;
    double allow = Double.parseDouble(row.how().getOrDefault(what + "_allow", "0"));
    assertThat((double) own).as(what).isCloseTo(figure, offset(half + allow * figure));
  }

  @Test
  void onlyTheSearchedResNet50DIsNotCounted() throws IOException {
    assertThat(read())
        .filteredOn(row -> row.name().equals(NOT_COUNTED))
        .singleElement()
        .satisfies(row -> assertThat(row.how("note")).contains("architecture file is not in"));
  }

  /** Known figures of torchvision's documentation that the table does not have. */
  @Test
  void otherNetworksHaveTheirKnownSizes() {
    assertThat(parameters("resnet50")).isEqualTo(25_557_032);
    assertThat(parameters("resnet101")).isEqualTo(44_549_160);
    assertThat(parameters("wide_resnet101_2")).isEqualTo(126_886_696);
    assertThat(parameters("vgg11")).isEqualTo(132_863_336);
    assertThat(parameters("vgg16")).isEqualTo(138_357_544);
    // He et al.'s own CIFAR networks, whose shortcuts have no parameters: 0.27, 0.46, 0.66, 0.85 M.
    assertThat(parameters("resnet20-cifar10-a")).isEqualTo(269_722);
    assertThat(parameters("resnet32-cifar10-a")).isEqualTo(464_154);
    assertThat(parameters("resnet44-cifar10-a")).isEqualTo(658_586);
    assertThat(parameters("resnet56-cifar10-a")).isEqualTo(853_018);
  }

  private static long parameters(String model) {
    return Architecture.parse(requireNonNull(Families.models().get(model)))
        .blueprint()
        .parameters();
  }
}
