package dev.retort.space.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Blueprint;
import dev.retort.space.Families;
import dev.retort.space.InputShape;
import dev.retort.space.TensorSpec;
import dev.retort.space.Value;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the costs against the published ones of MobileNets and ShuffleNets that we have. */
class MobileCostsTest {
  private static final InputShape ONE = new InputShape(1, 1);

  /** The models, by the names of the rows. */
  private static final ImmutableMap<String, String> MODELS = ImmutableMap.<String, String>builder()
      .put("mobilenet_v3_small", "mobilenet_v3_small")
      .put("shufflenet_v2_x0_5", "shufflenet_v2_x0_5")
      .put("shufflenet_v2_x1_5", "shufflenet_v2_x1_5")
      .put("mobilenet_v2", "mobilenet_v2")
      .put("mobilenetv1_100 (timm)", "mobilenet_v1")
      .put("mobilenetv1_125 (timm)", "mobilenet_v1_1.25")
      .put("mobilenetv2_050 (timm)", "mobilenet_v2_0.5")
      .put("mobilenet_v1 0.5 (slim)", "mobilenet_v1_0.5")
      .put("mobilenet_v1 0.25 (slim)", "mobilenet_v1_0.25")
      .put("mobilenet_v2 1.4 (slim)", "mobilenet_v2_1.4")
      .put("mobilenet_v2 1.0 (slim)", "mobilenet_v2")
      .put("mobilenet_v2 0.5 (slim)", "mobilenet_v2_0.5")
      .put("mobilenet_v3_large 0.75 (slim)", "mobilenet_v3_large_0.75")
      .put("shufflenet_v2 1.0x (authors)", "shufflenet_v2_x1_0_authors")
      .put("mobilenet_v1 0.75 (ShuffleNet-Series)", "mobilenet_v1_0.75")
      .put("shufflenetv2_x1_0 cifar10", "shufflenet_v2_x1_0-cifar10")
      .buildOrThrow();

  /**
   * Rows of networks that a search found and whose architectures were not published, so that
   * nothing can be computed: those of MobileNets must lie within the space they were found in.
   */
  private static final ImmutableList<String> FOUND =
      ImmutableList.of("flops@595M_top1@80.0_finetune@75", "note10_lat@30ms_top1@78.4_finetune@75");

  /** The same of another family. */
  private static final String FOUND_RESNET = "resnet50D_MAC@1.8B_top1@78.3";

  /** A row of the table. */
  record Row(String name, long parameters, long macs, String input, Map<String, String> counted) {
    @Override
    public String toString() {
      return name + " " + input;
    }

    double allowed(String what, long published) {
      return Double.parseDouble(counted.getOrDefault(what + "_rounding", "1")) / 2
          + Double.parseDouble(counted.getOrDefault(what + "_allow", "0")) * published;
    }
  }

  static Stream<Row> published() throws IOException {
    return rows().filter(row -> MODELS.containsKey(row.name()));
  }

  private static Stream<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(
        requireNonNull(MobileCostsTest.class.getResourceAsStream("/mobile-costs.csv")),
        StandardCharsets.UTF_8))) {
      List<String> lines = reader.lines().toList();
      for (String line : lines.subList(2, lines.size())) {
        List<String> cells = Splitter.on(',').limit(6).splitToList(line);
        ImmutableMap.Builder<String, String> counted = ImmutableMap.builder();
        for (String part : Splitter.on("; ").split(cells.get(5).replace("\"", ""))) {
          // The last cell, the source, hangs on the last word and may have more of its own.
          int equals = part.indexOf('=');
          if (equals > 0) {
            counted.put(part.substring(0, equals), part.substring(equals + 1));
          }
        }
        rows.add(new Row(
            cells.get(1),
            Long.parseLong(cells.get(2)),
            Long.parseLong(cells.get(3)),
            cells.get(4),
            counted.buildKeepingLast()));
      }
    }
    return rows.stream();
  }

  @Test
  void everyRowIsHeldAgainstSomething() throws IOException {
    assertThat(rows().map(Row::name).distinct())
        .containsExactlyInAnyOrderElementsOf(ImmutableList.<String>builder()
            .addAll(MODELS.keySet())
            .addAll(FOUND)
            .add(FOUND_RESNET)
            .build());
  }

  @ParameterizedTest
  @MethodSource("published")
  void publishedCostComesOut(Row row) {
    Architecture architecture = architecture(row);
    Blueprint blueprint = architecture.blueprint();
    String words = row.counted().getOrDefault("params", "");
    long parameters = words.contains("no batch norm")
        ? blueprint.tensors().stream()
            .filter(tensor -> tensor.role().trained()
                && tensor.role() != TensorSpec.Role.NORM_GAIN
                && tensor.role() != TensorSpec.Role.NORM_SHIFT)
            .mapToLong(TensorSpec::count)
            .sum()
        : blueprint.parameters();
    assertThat(Math.abs(parameters - row.parameters()))
        .as("%s parameters, published %s", parameters, row.parameters())
        .isLessThanOrEqualTo((long) row.allowed("params", row.parameters()));
    long macs = blueprint.macs(ONE);
    assertThat(Math.abs(macs - row.macs()))
        .as("%s multiply-accumulates, published %s", macs, row.macs())
        .isLessThanOrEqualTo((long) row.allowed("macs", row.macs()));
  }

  private static Architecture architecture(Row row) {
    String model = requireNonNull(MODELS.get(row.name()));
    Architecture architecture =
        Architecture.parse(requireNonNull(Families.models().get(model)));
    int side = Integer.parseInt(row.input().substring(row.input().lastIndexOf('x') + 1));
    architecture = architecture.with("resolution", Value.of(side));
    return row.name().contains("slim")
        ? architecture.with("classes", Value.of(1001))
        : architecture;
  }

  @Test
  void networksThatWereFoundLieWithinTheirSpace() throws IOException {
    Blueprint smallest = Architecture.parse(
            "mobilenet-v3:depth=2,expansion=3,kernel=3,features-bias=no,resolution=128")
        .blueprint();
    Blueprint largest = Architecture.parse(
            requireNonNull(Families.models().get("ofa_mobilenet_v3_1.2")))
        .blueprint();
    assertThat(rows().filter(row -> FOUND.contains(row.name()))).hasSize(2).allSatisfy(row -> {
      assertThat(row.parameters()).isBetween(smallest.parameters(), largest.parameters());
      assertThat(row.macs()).isBetween(smallest.macs(ONE), largest.macs(ONE));
    });
  }
}
