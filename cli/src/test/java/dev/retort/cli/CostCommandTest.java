package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.retort.space.Quantity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CostCommandTest {
  /** AutoDistil (NeurIPS 2022), Table 7, and what the dense slices really hold and do. */
  @ParameterizedTest
  @CsvSource({
    "bert-base,           11.249, 109.48, 109.48, 11.17",
    "minilm-6x768,         5.662,  66.96,  66.96,  5.59",
    "autodistil-agnostic,  2.128,  26.77,  31.93,  2.90",
    "autodistil-proxy-b,   4.403,  50.11,  53.61,  4.88",
    "autodistil-proxy-s,   2.019,  26.09,  29.94,  2.60",
    "autodistil-proxy-t,   0.275,   6.89,   9.14,  0.67"
  })
  void everyRowOfTableSevenComesOut(
      String model, double gigaFlops, double millions, double realMillions, double realGigaMacs) {
    JsonNode both = Outcome.of("cost", model, "--accounting", "both", "--json").json();
    assertThat(both).hasSize(2);
    JsonNode exact = both.get(0);
    JsonNode published = both.get(1);
    assertThat(published.path("accounting").asText()).isEqualTo("autodistil");
    assertThat(published.path("flops").asDouble() / 1e9).isCloseTo(gigaFlops, within(0.0005));
    assertThat(published.path("parameters").asDouble() / 1e6).isCloseTo(millions, within(0.005));
    assertThat(exact.path("accounting").asText()).isEqualTo("exact");
    assertThat(exact.path("parameters").asDouble() / 1e6).isCloseTo(realMillions, within(0.005));
    assertThat(exact.path("macs").asDouble() / 1e9).isCloseTo(realGigaMacs, within(0.005));
    assertThat(exact.path("flops").asLong()).isEqualTo(2 * exact.path("macs").asLong());
  }

  @Test
  void jsonIsOneObjectWithTheseKeysInThisOrder() {
    Outcome outcome = Outcome.of("cost", "bert:heads=12,hidden=768,layers=12,ratio=4.0", "--json");
    JsonNode cost = outcome.json();
    assertThat(cost.fieldNames())
        .toIterable()
        .containsExactly(
            "architecture",
            "accounting",
            "parameters",
            "macs",
            "flops",
            "weightBytes",
            "peakActivationBytes");
    assertThat(cost.path("architecture").asText())
        .isEqualTo("bert:layers=12,hidden=768,heads=12,ratio=4");
    assertThat(cost.path("accounting").asText()).isEqualTo("exact");
    assertThat(cost.path("parameters").asLong()).isEqualTo(109_483_778);
    assertThat(cost.path("weightBytes").asLong()).isEqualTo(4 * 109_483_778L);
    assertThat(outcome.out().lines()).hasSize(1);
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
  }

  @Test
  void batchAndSequenceScaleTheWork() {
    JsonNode one = Outcome.of("cost", "bert-base", "--sequence", "64", "--json").json();
    JsonNode four = Outcome.of("cost", "bert-base", "--sequence", "64", "--batch", "4", "--json")
        .json();
    assertThat(four.path("macs").asLong()).isEqualTo(4 * one.path("macs").asLong());
    assertThat(four.path("parameters")).isEqualTo(one.path("parameters"));
  }

  @Test
  void tableShowsBothAccountings() {
    Outcome outcome = Outcome.of("cost", "autodistil-proxy-t");
    assertThat(outcome.out())
        .contains("bert:layers=7,hidden=160,heads=10,ratio=3.5: 1 x 128 tokens")
        .containsPattern("exact +9.14 M +674 M +1.35 G")
        .containsPattern("autodistil +6.89 M +275 M +275 M");
  }

  @Test
  void whatAutoDistilCannotCountIsSaidBesideTheExactCost() {
    String architecture = "bert:layers=2,hidden=32,heads=2,ratio=2,pooling=first";
    Outcome table = Outcome.of("cost", architecture);
    assertThat(table.code()).isZero();
    assertThat(table.out()).contains("exact").contains("The accounting autodistil counts only");
    assertThat(Outcome.of("cost", architecture, "--json").code()).isZero();
    assertThat(Outcome.of("cost", architecture, "--accounting", "autodistil").code())
        .isEqualTo(2);
    assertThat(Outcome.of("cost", architecture, "--accounting", "both").code()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "autodistil-proxy-b",
        "resnet50:resolution=160",
        "vgg11_bn-cifar100",
        "wrn-16-2-cifar10",
        "mobilenet_v1_0.75",
        "mobilenet_v2:resolution=160,classes=1001",
        "mobilenet_v3_small",
        "shufflenet_v2_x1_0",
        "deit_tiny_distilled_patch16_224",
        "AutoFormer-T"
      })
  void operationsAddUpToTheWhole(String model) {
    JsonNode whole = Outcome.of("cost", model, "--json").json();
    long sum = 0;
    for (JsonNode each :
        Outcome.of("cost", model, "--by", "operation", "--json").json()) {
      sum += each.path("times").asLong() * each.path("macs").asLong();
    }
    assertThat(sum).isPositive().isEqualTo(whole.path("macs").asLong());
    assertThat(Outcome.of("cost", model, "--by", "operation").out())
        .contains(Quantity.text(sum) + " multiply-accumulates in all");
  }

  @Test
  void operationsOfLayersThatAreAlikeStandInOneLine() {
    assertThat(Outcome.of("cost", "autodistil-proxy-b", "--by", "operation").out())
        .containsPattern("layer\\.\\*/query +linear +12 ");
    assertThat(Outcome.of("cost", "resnet20-cifar10", "--by", "operation").out())
        .containsPattern("stage2\\.block\\*/conv1 +convolution +1 ")
        .containsPattern("stage2\\.block\\*/conv2 +convolution +3 ");
    assertThat(Outcome.of("cost", "resnet18", "--by", "operation", "--accounting", "fvcore")
            .code())
        .isEqualTo(2);
  }

  @Test
  void aModelHasTheRowOfItsPublishersAccounting() {
    assertThat(Outcome.of("cost", "AutoFormer-T").out())
        .containsPattern("exact +5\\.87 M +1\\.48 G")
        .containsPattern("no-relative +5\\.87 M +1\\.");
    assertThat(Outcome.of("cost", "resnet50").out()).doesNotContain("fvcore");
    assertThat(Outcome.of("cost", "mobilenet_v2:resolution=160,classes=1001").out())
        .contains("1 x 160 x 160 pixels");
  }
}
