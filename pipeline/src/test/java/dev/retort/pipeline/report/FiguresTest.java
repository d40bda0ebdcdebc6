package dev.retort.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "7, 7",
    "999, 999",
    "999.6, 1.00 k",
    "432156, 432 k",
    "999999, 1.00 M",
    "2524172, 2.52 M",
    "61900000, 61.9 M",
    "2.5e21, 2500 E",
    "NaN, \u2014",
    "Infinity, \u2014"
  })
  void compactHasThreeDigits(double value, String text) {
    assertThat(Figures.compact(value, " ")).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "2.6123, 2.61", "0.02171, 0.0217", "123.4, 123", "0.00001, 1.0e\u221205"})
  void lossesHaveThreeDigits(double value, String text) {
    assertThat(Figures.loss(value)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"8.44, 8.4 s", "59.97, 1 min 00 s", "152.8, 2 min 33 s", "11100, 3 h 05 min"})
  void timesAreReadable(double seconds, String text) {
    assertThat(Figures.seconds(seconds).replace(Figures.THIN, " ")).isEqualTo(text);
  }

  @Test
  void scoresShowTheirStandardError() {
    ScoreFigure score = ScoreFigure.ofCounts(1209, 1791);
    assertThat(score.standardError()).isEqualTo(0.01106, within(1e-5));
    assertThat(ScoreUnit.of("accuracy").score(score)).isEqualTo("67.5 \u00b1 1.1");
    assertThat(ScoreUnit.of("accuracy").score(new ScoreFigure(0.5, Double.NaN))).isEqualTo("50.0");
    assertThat(ScoreUnit.of("accuracy").score(ScoreFigure.ofCounts(0, 0)))
        .isEqualTo(Figures.ABSENT);
    ScoreUnit perplexity = ScoreUnit.of("perplexity");
    assertThat(perplexity.score(new ScoreFigure(4.1234, 0.031))).isEqualTo("4.12 \u00b1 0.03");
    assertThat(perplexity.score(new ScoreFigure(51234.5, 12))).isEqualTo("51235 \u00b1 12");
    assertThat(perplexity.rises()).isFalse();
    assertThat(perplexity.tick(3.50)).isEqualTo("3.5");
    assertThatThrownBy(() -> ScoreFigure.ofCounts(3, 2)).hasMessageContaining("(3)");
  }

  @ParameterizedTest
  @CsvSource({"5, 1.0", "6, 0.886", "10, 0.648", "20, 0.444", "81, 0.2185"})
  void criticalCorrelationsAreThePublishedOnes(int networks, double critical) {
    RankVerdict verdict = new RankVerdict(new FidelityLine("", networks, 0.5, 0.5, 0, 1));
    assertThat(verdict.critical()).isEqualTo(critical, within(5e-4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3 | 1 | 0 | With n = 3 no correlation can be told from chance.",
        "6 | 0.46 | 0.49 | n = 6 is few: read this as an indication only. The score cannot be told"
            + " from chance, and it ranks no better than counting MACs.",
        "81 | 0.84 | 0.87 | The score ranks better than chance, and it ranks no better than"
            + " counting MACs.",
        "81 | 0.84 | 0.80 | The score ranks better than chance; its lead over counting MACs is"
            + " within noise.",
        "81 | 0.9 | 0.5 | The score ranks better than chance, and better than counting MACs does.",
        "81 | 0.3 | 0.9 | The score ranks better than chance, and worse than counting MACs does.",
        "81 | 0.3 | NaN | The score ranks better than chance.",
        "81 | NaN | 0.3 | Not measured."
      })
  void verdictsSayNoMoreThanTheNumbersAllow(int n, double score, double macs, String verdict) {
    FidelityLine line = new FidelityLine("", n, score, macs, 0, 1);
    assertThat(new RankVerdict(line).sentence()).isEqualTo(verdict);
  }
}
