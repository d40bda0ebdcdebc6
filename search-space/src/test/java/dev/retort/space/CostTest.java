package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.space.text.EncoderFamily;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CostTest {

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void fastCostEqualsTheBlueprintsSums(long seed) {
    RandomGenerator random = new RandomStreams(seed).at("cost-test", 0);
    for (int i = 0; i < 100; i++) {
      Architecture architecture = randomEncoder(random);
      InputShape input = new InputShape(random.nextInt(1, 5), random.nextInt(1, 70));
      Cost fast = Accounting.EXACT.cost(architecture, input);
      Blueprint blueprint = architecture.blueprint();
      assertThat(fast).as("%s for %s", architecture, input).isEqualTo(Cost.of(blueprint, input));
      assertThat(architecture.family().parameters(architecture)).isEqualTo(blueprint.parameters());
      for (int layer = 0; layer < architecture.layers(); layer++) {
        EncoderFamily family = (EncoderFamily) architecture.family();
        String prefix = family.layout().layer(layer);
        assertThat(family.layerParameters(architecture, layer))
            .isEqualTo(blueprint.tensors().stream()
                .filter(tensor -> tensor.name().startsWith(prefix))
                .mapToLong(TensorSpec::count)
                .sum());
      }
    }
  }

  private static Architecture randomEncoder(RandomGenerator random) {
    int layers = random.nextInt(1, 5);
    String inner = random.nextBoolean()
        ? "ratio=" + perLayer(random, layers, 1, 5)
        : "intermediate=" + perLayer(random, layers, 1, 90);
    String[] pooling = {"pooler", "first", "mean"};
    String own = List.of(
            "bert:types=" + random.nextInt(1, 4),
            "roberta:types=" + random.nextInt(0, 3) + ",padding=" + random.nextInt(0, 3),
            "distilbert:activation=relu",
            "electra:types=2,embedding=" + random.nextInt(0, 60))
        .get(random.nextInt(4));
    String head = List.of("classes", "tokens", "words").get(random.nextInt(3));
    return Architecture.parse(own + ",layers=" + layers
        + ",hidden=" + random.nextInt(1, 40)
        + ",heads=" + perLayer(random, layers, 1, 12)
        + "," + inner
        + ",head-size=" + random.nextInt(1, 9)
        + ",vocabulary=" + random.nextInt(1, 300)
        + ",positions=" + random.nextInt(5, 80)
        + ",head=" + head
        + ",classes="
        + random.nextInt(head.equals("tokens") ? 1 : 0, random.nextBoolean() ? 5 : 5000)
        + ",pooling=" + pooling[random.nextInt(3)]);
  }

  private static String perLayer(RandomGenerator random, int layers, int least, int below) {
    return IntStream.range(0, random.nextBoolean() ? layers : 1)
        .mapToObj(layer -> Integer.toString(random.nextInt(least, below)))
        .collect(Collectors.joining("/"));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4})
  void quickstartCostsAreThoseOfItsFormula(int layers) {
    // MACs = L (4TH² + 2T²H + 2TrH²) + HC with mean pooling and heads 16 wide
    long hidden = 112;
    long tokens = 48;
    long ratio = 3;
    Architecture architecture = Architecture.parse("bert:layers=" + layers
        + ",hidden=112,heads=7,ratio=3,head-size=16,vocabulary=8000,positions=48,classes=12,"
        + "pooling=mean");
    Cost cost = Accounting.EXACT.cost(architecture, new InputShape(1, (int) tokens));
    assertThat(cost.macs())
        .isEqualTo(layers
                * (4 * tokens * hidden * hidden
                    + 2 * tokens * tokens * hidden
                    + 2 * tokens * ratio * hidden * hidden)
            + hidden * 12);
    if (layers == 3) {
      assertThat(Quantity.text(cost.macs())).isEqualTo("19.6 M");
      assertThat(Quantity.text(cost.parameters())).isEqualTo("1.28 M");
    }
  }

  @Test
  void quickstartTeacherHasThePrototypesCost() {
    Cost cost = Accounting.EXACT.cost(
        Architecture.parse("bert:layers=4,hidden=160,heads=10,ratio=4,head-size=16,vocabulary=8000,"
            + "positions=48,classes=12,pooling=mean"),
        new InputShape(1, 48));
    assertThat(Quantity.text(cost.macs())).isEqualTo("61.9 M");
    assertThat(Quantity.text(cost.parameters())).isEqualTo("2.53 M");
  }

  @Test
  void peakIsThatOfTheLiveRangesDoneByHand() {
    // S 4, H 8, A 6 in 3 heads, I 16, in float32: at the activation function its input and output
    // and the residual, S (H + 2I); at the scores only S (H + 3A) + 3 S².
    String network = "bert:layers=1,hidden=8,heads=3,intermediate=16,head-size=2,vocabulary=9";
    assertThat(peak(network, 2, 4)).isEqualTo(4 * 2 * 4 * (8 + 32));
    // S 40: at the softmax its input, its output, the value and the residual.
    assertThat(peak(network, 1, 40)).isEqualTo(4 * (40 * (8 + 6) + 2 * 3 * 1600));
  }

  private static long peak(String network, int batch, int sequence) {
    return Accounting.EXACT
        .cost(Architecture.parse(network), new InputShape(batch, sequence))
        .peakActivationBytes();
  }

  @Test
  void macsScaleWithTheBatchAndParametersDoNot() {
    Architecture bert = Architecture.parse("bert:layers=12,hidden=768,heads=12,ratio=4");
    Cost one = Accounting.EXACT.cost(bert, new InputShape(1, 128));
    Cost eight = Accounting.EXACT.cost(bert, new InputShape(8, 128));
    assertThat(eight.macs()).isEqualTo(8 * one.macs());
    assertThat(eight.peakActivationBytes()).isEqualTo(8 * one.peakActivationBytes());
    assertThat(eight.parameters()).isEqualTo(one.parameters()).isEqualTo(109_483_778);
  }

  @Test
  void costBeyond64BitsIsRefused() {
    Architecture vast =
        Architecture.parse("bert:layers=1000,hidden=16777216,heads=16777216,ratio=1,head-size=1");
    for (Accounting accounting : new Accounting[] {Accounting.EXACT, Accounting.AUTODISTIL}) {
      assertThatThrownBy(() -> accounting.cost(vast, new InputShape(1000, 1_000_000)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("64 bits");
    }
  }

  @Test
  void accountingsHaveNames() {
    assertThat(Accounting.named("exact")).isSameAs(Accounting.EXACT);
    assertThat(Accounting.named("autodistil")).isSameAs(Accounting.AUTODISTIL);
    assertThatThrownBy(() -> Accounting.named("paper"))
        .hasMessage("No accounting (paper); there are exact, autodistil, fused-attention,"
            + " fvcore, no-norm, no-relative, electra, layers, pre-training,"
            + " non-embedding, no-offset");
  }

  @Test
  void metricsReadTheirNumber() {
    Cost cost = new Cost(1, 2, 3, 4, 5);
    for (Metric metric : Metric.values()) {
      assertThat(cost.get(metric)).isEqualTo(metric.ordinal() + 1);
      assertThat(Metric.named(metric.key())).isEqualTo(metric);
    }
    assertThatThrownBy(() -> Metric.named("latency"))
        .hasMessageContaining("parameters, macs, flops, weight-bytes, peak-activation-bytes");
  }
}
