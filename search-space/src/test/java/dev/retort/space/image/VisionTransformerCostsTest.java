package dev.retort.space.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Blueprint;
import dev.retort.space.Cost;
import dev.retort.space.Families;
import dev.retort.space.InputShape;
import dev.retort.space.Operation;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the costs against published ones and the arithmetic against the blueprint. */
final class VisionTransformerCostsTest {
  private static final InputShape ONE_IMAGE = new InputShape(1, 1);
  private static final Pattern ROW =
      Pattern.compile("[a-z]+,([^,]+),([0-9]+),([0-9]+),[^,]*,\"([^\"]+)\",.*");

  /** A row of the table; numbers of the published figures, words of how they were counted. */
  record Row(String name, long parameters, long macs, String counted) {
    double number(String key, double absent) {
      Matcher found = Pattern.compile("(?:^|; )" + key + "=([0-9.]+)").matcher(counted);
      return found.find() ? Double.parseDouble(found.group(1)) : absent;
    }

    /** The name that the model has, without what is said of the counting. */
    String model() {
      return name.replaceFirst(" \\(.*\\)$", "");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() throws IOException {
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(
        requireNonNull(VisionTransformerCostsTest.class.getResourceAsStream("/vit-costs.csv")),
        StandardCharsets.UTF_8))) {
      List<Row> rows = reader
          .lines()
          .skip(2)
          .map(line -> {
            Matcher row = ROW.matcher(line);
            assertThat(row.matches()).as(line).isTrue();
            return new Row(
                row.group(1),
                Long.parseLong(row.group(2)),
                Long.parseLong(row.group(3)),
                row.group(4));
          })
          .toList();
      assertThat(rows).hasSize(17);
      return rows.stream();
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void publishedCostComesOut(Row row) {
    Architecture architecture =
        Architecture.parse(requireNonNull(Families.models().get(row.model())));
    Cost cost = Accounting.EXACT.cost(architecture, ONE_IMAGE);
    assertThat((double) cost.parameters())
        .isCloseTo(
            row.parameters(),
            offset((row.number("params_rounding", 0) > 1 ? row.number("params_rounding", 0) / 2 : 0)
                + row.number("params_allow", 0) * row.parameters()));
    long macs = cost.macs();
    if (row.counted().contains("products are NOT counted")) {
      macs -= products(architecture, Operation.Kind.ATTENTION);
    } else if (row.counted().contains("without those with the relative position tables")) {
      macs -= products(architecture, Operation.Kind.RELATIVE_ATTENTION);
    } else {
      assertThat(row.counted()).contains("both attention products");
    }
    assertThat((double) macs)
        .isCloseTo(
            row.macs(),
            offset(row.number("macs_rounding", 0) / 2 + row.number("macs_allow", 0) * row.macs()));
  }

  private static long products(Architecture architecture, Operation.Kind kind) {
    return architecture.blueprint().operations().stream()
        .filter(each -> each.kind() == kind)
        .mapToLong(each -> each.macs().at(ONE_IMAGE))
        .sum();
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 200);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void arithmeticIsTheSumOverTheBlueprint(long seed) {
    Architecture architecture = draw(seed);
    Blueprint blueprint = architecture.blueprint();
    InputShape input = new InputShape((int) (1 + seed % 3), 1);
    assertThat(Accounting.EXACT.cost(architecture, input))
        .as("%s", architecture)
        .isEqualTo(Cost.of(blueprint, input));
    VisionTransformerFamily family = VisionTransformerFamily.VIT;
    assertThat(family.parameters(architecture)).isEqualTo(blueprint.parameters());
    for (int layer = 0; layer < architecture.layers(); layer++) {
      String prefix = VisionTransformerFamily.prefix(architecture) + "encoder.layer." + layer + ".";
      assertThat(family.layerParameters(architecture, layer))
          .isEqualTo(blueprint.tensors().stream()
              .filter(each -> each.name().startsWith(prefix))
              .mapToLong(TensorSpec::count)
              .sum());
    }
  }

  private static Architecture draw(long seed) {
    RandomGenerator random = new RandomStreams(seed).at("vit", 0);
    int layers = 1 + random.nextInt(4);
    int patch = 1 + random.nextInt(16);
    String tokens = List.of("class", "distilled", "distilled-one-head").get(random.nextInt(3));
    return Architecture.parse(String.format(
        Locale.ROOT,
        "vit:layers=%d,hidden=%d,heads=%s,intermediate=%s,head-size=%d,patch=%d,resolution=%d,"
            + "channels=%d,classes=%d,tokens=%s,pooling=%s,relative-positions=%s,qkv-bias=%s",
        layers,
        1 + random.nextInt(60),
        each(layers, 1 + random.nextInt(6), random),
        each(layers, 1 + random.nextInt(300), random),
        1 + random.nextInt(20),
        patch,
        patch * (1 + random.nextInt(6)) + random.nextInt(patch),
        1 + random.nextInt(4),
        random.nextInt(3) * random.nextInt(2000),
        tokens,
        tokens.equals("class") && random.nextBoolean() ? "mean" : "class",
        random.nextBoolean() ? "none" : "autoformer",
        random.nextBoolean() ? "yes" : "no"));
  }

  private static String each(int layers, int most, RandomGenerator random) {
    return IntStream.range(0, layers)
        .mapToObj(layer -> Integer.toString(1 + random.nextInt(most)))
        .collect(Collectors.joining("/"));
  }

  @Test
  void operationsAreOfTheBlocksInTheirOrder() {
    Blueprint blueprint = Architecture.parse(
            "vit:layers=2,hidden=8,heads=2,ratio=2,head-size=4,resolution=32")
        .blueprint();
    assertThat(blueprint.operations().stream().map(Operation::block).distinct())
        .containsExactly("embed", "layer.0", "layer.1", "head");
    assertThat(blueprint.operations().get(0).kind()).isEqualTo(Operation.Kind.CONVOLUTION);
    assertThat(blueprint.operations().stream().map(Operation::id)).doesNotHaveDuplicates();
  }
}
