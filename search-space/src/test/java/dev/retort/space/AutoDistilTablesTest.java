package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LongSummaryStatistics;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AutoDistil's Tables 2 and 7 (NeurIPS 2022): the published columns and the recounted ones. */
class AutoDistilTablesTest {
  private static final InputShape TOKENS_128 = new InputShape(1, 128);

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // name, L, H, r, A, published G and M, its formula G and M, really held M and done G
    "BERT-base,12,768,4,12,11.2,109,11.249,109.48,109.48,11.17",
    "MiniLM,6,768,4,12,5.66,66.5,5.662,66.96,66.96,5.59",
    "Agnostic,11,352,4,10,2.13,26.8,2.128,26.77,31.93,2.90",
    "ProxyB,12,544,3,9,4.40,50.1,4.403,50.11,53.61,4.88",
    "ProxyS,11,352,4,8,2.02,26.1,2.019,26.09,29.94,2.60",
    "ProxyT,7,160,3.5,10,0.27,6.88,0.275,6.89,9.14,0.67",
  })
  void tableSevenComesOut(
      String name,
      int layers,
      int hidden,
      String ratio,
      int heads,
      String publishedFlops,
      String publishedParameters,
      String formulaFlops,
      String formulaParameters,
      String realParameters,
      String realMacs) {
    Architecture architecture = Architecture.parse(
        "bert:layers=" + layers + ",hidden=" + hidden + ",heads=" + heads + ",ratio=" + ratio);
    Cost paper = Accounting.AUTODISTIL.cost(architecture, TOKENS_128);
    assertThat(paper.flops()).isEqualTo(paper.macs());
    assertThat(in(paper.flops(), 9, formulaFlops)).isEqualByComparingTo(formulaFlops);
    assertThat(in(paper.parameters(), 6, formulaParameters))
        .isEqualByComparingTo(formulaParameters);
    assertPublished(paper.flops(), 9, publishedFlops);
    // The publication rounds some of its figures down (6.887 to 6.88; 66.96 is printed as 66.5,
    // the figure of the model's own paper): all but that one agree within one last digit.
    if (name.equals("MiniLM")) {
      assertThat(in(paper.parameters(), 6, "1.0")).isEqualByComparingTo("67.0");
    } else {
      assertPublished(paper.parameters(), 6, publishedParameters);
    }

    Cost real = Accounting.EXACT.cost(architecture, TOKENS_128);
    assertThat(in(real.parameters(), 6, realParameters)).isEqualByComparingTo(realParameters);
    assertThat(in(real.macs(), 9, realMacs)).isEqualByComparingTo(realMacs);
    assertThat(real.flops()).isEqualTo(2 * real.macs());
    assertThat(real.weightBytes()).isEqualTo(4 * real.parameters());
    assertThat(real.peakActivationBytes()).isEqualTo(paper.peakActivationBytes());
  }

  /** A count in 10^power, rounded to as many places as a printed figure has. */
  private static BigDecimal in(long count, int power, String figure) {
    return BigDecimal.valueOf(count, power)
        .setScale(new BigDecimal(figure).scale(), RoundingMode.HALF_UP);
  }

  private static void assertPublished(long own, int power, String figure) {
    BigDecimal published = new BigDecimal(figure);
    assertThat(BigDecimal.valueOf(own, power).subtract(published).abs())
        .isLessThan(published.ulp());
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // the computed rows of the card: formula FLOPs M, formula M, really held M, really done G
    "autodistil-tiny,69,521,4.44,10.71,5.18,13.50,0.21,0.98",
    "autodistil-small,640,2320,12.61,28.20,15.12,33.82,1.04,3.16",
    "autodistil-base,2970,7850,39.21,79.36,41.84,83.29,3.32,8.36",
  })
  void tableTwoComesOut(
      String preset,
      String leastFlops,
      String mostFlops,
      String leastParameters,
      String mostParameters,
      String leastHeld,
      String mostHeld,
      String leastMacs,
      String mostMacs) {
    SearchSpace space = Presets.named(preset).subSpaces().get(0).space();
    assertRange(space, Accounting.AUTODISTIL, Cost::flops, 6, leastFlops, mostFlops);
    assertRange(space, Accounting.AUTODISTIL, Cost::parameters, 6, leastParameters, mostParameters);
    assertRange(space, Accounting.EXACT, Cost::parameters, 6, leastHeld, mostHeld);
    assertRange(space, Accounting.EXACT, Cost::macs, 9, leastMacs, mostMacs);
  }

  private static void assertRange(
      SearchSpace space,
      Accounting accounting,
      ToLongFunction<Cost> metric,
      int power,
      String least,
      String most) {
    LongSummaryStatistics all = space
        .all()
        .mapToLong(each -> metric.applyAsLong(accounting.cost(each, TOKENS_128)))
        .summaryStatistics();
    assertFigure(all.getMin(), power, least);
    assertFigure(all.getMax(), power, most);
  }

  /** A figure of three or more digits, of which trailing zeros may be a rounding's. */
  private static void assertFigure(long own, int power, String figure) {
    BigDecimal printed = new BigDecimal(figure);
    BigDecimal resolution =
        printed.scale() == 0 && figure.endsWith("0") ? BigDecimal.TEN : printed.ulp();
    assertThat(
            BigDecimal.valueOf(own, power).subtract(printed).abs().multiply(BigDecimal.valueOf(2)))
        .isLessThanOrEqualTo(resolution);
  }

  @Test
  void formulaGivesTheReleasedScriptsOwnNumbers() {
    // BERT-base alone has multipliers that the script's three digits hold exactly.
    Cost cost = Accounting.AUTODISTIL.cost(
        Architecture.parse("bert:layers=12,hidden=768,heads=12,ratio=4"), TOKENS_128);
    assertThat(cost.parameters()).isEqualTo(109_483_008);
    assertThat(cost.macs()).isEqualTo(11_249_124_864L);
  }

  @Test
  void formulaFollowsVocabularyAndClasses() {
    Architecture bert = Architecture.parse("bert:layers=2,hidden=24,heads=6,ratio=2");
    Architecture other = Architecture.of(
        bert.family(),
        ImmutableMap.<String, Value>builder()
            .putAll(bert.values())
            .put("vocabulary", Value.of(1000))
            .put("positions", Value.of(50))
            .put("classes", Value.of(12))
            .buildKeepingLast());
    Cost cost = Accounting.AUTODISTIL.cost(other, new InputShape(3, 10));
    // H (V + P + T + 2) + L (H² + 3H²A/12 + 6H) + L (2HI + I + 3H) + H² + CH with A/12 = 1/2, I =
    // 48
    assertThat(cost.parameters())
        .isEqualTo(24 * 1054 + 2 * (576 + 864 + 144) + 2 * (2304 + 48 + 72) + 576 + 288);
    // L (3nH²A/12 + 2n²HA/12 + nH² + 2nHI) + nH² + CH, for three examples
    assertThat(cost.macs()).isEqualTo(3 * (2 * (8640 + 2400 + 5760 + 23040) + 5760 + 288));
    assertThat(cost.weightBytes()).isEqualTo(4 * cost.parameters());
  }

  @Test
  void formulaRefusesWhatItDoesNotDescribe() {
    for (String text : new String[] {
      "bert:layers=2,hidden=24,heads=6,ratio=2,pooling=mean",
      "bert:layers=2,hidden=24,heads=6/5,ratio=2",
      "bert:layers=2,hidden=24,heads=6,ratio=2/3"
    }) {
      assertThatThrownBy(() -> Accounting.AUTODISTIL.cost(Architecture.parse(text), TOKENS_128))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(text)
          .hasMessageContaining("use the accounting exact");
    }
  }
}
