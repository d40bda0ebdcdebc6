package dev.retort.distill.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.retort.data.Metric;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricsTest {
  /** Labels 1 1 1 1 0 0 0 0 0 0, predicted 1 1 1 0 1 0 0 0 0 0: TP 3, FN 1, FP 1, TN 5. */
  private static final float[] LABELS = {1, 1, 1, 1, 0, 0, 0, 0, 0, 0};

  private static final float[][] LOGITS = {
    {0, 1}, {-1, 2}, {0, 1}, {3, 1}, {0, 1}, {1, 0}, {1, 0}, {5, -5}, {1, 0}, {1, 0}
  };

  private static double value(Metric metric, float[][] predictions, float... labels) {
    return Metrics.score(metric, predictions, labels).value();
  }

  private static float[][] column(float... scores) {
    float[][] rows = new float[scores.length][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new float[] {scores[i]};
    }
    return rows;
  }

  @Test
  void accuracyIsTheShareOfRightClassesWithItsBinomialError() {
    Score score = Metrics.score(Metric.ACCURACY, LOGITS, LABELS);
    assertThat(score.value()).isEqualTo(0.8);
    assertThat(score.standardError()).hasValueCloseTo(0.1264911, within(1e-6));
    assertThat(score.examples()).isEqualTo(10);
    float[][] three = {{0, 2, 1}, {1, 1, 0}, {0, 0, 1}};
    assertThat(value(Metric.ACCURACY, three, 1, 0, 0)).isCloseTo(2.0 / 3, within(1e-12));
  }

  @Test
  void topFiveCountsTheFirstOfEqualLogits() {
    float[][] logits = {{0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}, {5, 4, 3, 2, 1, 9}};
    assertThat(value(Metric.TOP_5, logits, 4, 5, 4)).isCloseTo(1.0 / 3, within(1e-12));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> value(Metric.TOP_5, new float[][] {{1, 2, 3, 4, 5}}, 1))
        .withMessage("top-5 says nothing of (5) classes: use it for more than 5");
  }

  @Test
  void oneBinOfCalibrationIsAccuracyAgainstMeanProbability() {
    float[][] even = {{1, 1}, {1, 1}, {1, 1}, {1, 1}};
    assertThat(new CalibrationError(1).of(even, new float[] {0, 0, 1, 1}).value())
        .isZero();
    assertThat(new CalibrationError(15).of(even, new float[] {0, 0, 0, 1}).value())
        .isCloseTo(0.25, within(1e-12));
    // Sure beyond what float64 tells from 1: the last bin.
    assertThat(new CalibrationError(15)
            .of(new float[][] {{90, 0}}, new float[] {1})
            .value())
        .isCloseTo(1, within(1e-12));
    assertThatIllegalArgumentException().isThrownBy(() -> new CalibrationError(0));
  }

  @Test
  void f1IsThatOfClassOne() {
    // 2*3 / (2*3 + 1 + 1)
    assertThat(value(Metric.F1, LOGITS, LABELS)).isEqualTo(0.75);
    assertThat(value(Metric.F1, new float[][] {{1, 0}, {1, 0}}, 0, 0)).isZero();
  }

  @Test
  void matthewsIsTheCorrelationOfTwoClasses() {
    // (3*5 - 1*1) / sqrt(4*4*6*6) = 14/24
    assertThat(value(Metric.MATTHEWS, LOGITS, LABELS)).isCloseTo(14.0 / 24, within(1e-12));
    assertThat(value(Metric.MATTHEWS, new float[][] {{1, 0}, {1, 0}}, 0, 1)).isZero();
    assertThat(value(Metric.MATTHEWS, new float[][] {{1, 0}, {0, 1}}, 1, 0)).isEqualTo(-1);
  }

  @Test
  void pearsonIsTheCorrelationOfScores() {
    // x = 1 2 3, y = 1 3 2: cov 1, variances 2 and 2
    assertThat(value(Metric.PEARSON, column(1, 2, 3), 1, 3, 2)).isCloseTo(0.5, within(1e-12));
    assertThat(value(Metric.PEARSON, column(1, 2, 3), 5, 3, 1)).isCloseTo(-1, within(1e-12));
  }

  @Test
  void spearmanIsTheCorrelationOfRanksWithTiesAtTheirMean() {
    assertThat(value(Metric.SPEARMAN, column(1, 10, 100, 1000), 1, 2, 3, 4))
        .isCloseTo(1, within(1e-12));
    // ranks 1 2.5 2.5 4 and 1 2 3 4: cov 4.5, variances 4.5 and 5
    assertThat(value(Metric.SPEARMAN, column(0, 7, 7, 9), 1, 2, 3, 4))
        .isCloseTo(4.5 / Math.sqrt(22.5), within(1e-12));
  }

  @Test
  void correlationsThatAreNotDefinedAreZero() {
    for (Metric metric : new Metric[] {Metric.PEARSON, Metric.SPEARMAN}) {
      assertThat(value(metric, column(2, 2, 2), 1, 2, 3)).isZero();
      assertThat(value(metric, column(1, 2), 3, 3)).isZero();
      assertThat(value(metric, column(1), 1)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Metric.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {
        "NME",
        "DICE",
        "IOU",
        "PSNR",
        "SSIM",
        "PERPLEXITY",
        "TOKEN_ACCURACY",
        "ENTITY_F1",
        "ROUGE_L"
      })
  void everyMetricHasItsNameAndRefusesWhatDoesNotFit(Metric metric) {
    assertThat(Metrics.named(metric.key())).isEqualTo(metric);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.score(metric, new float[0][], new float[0]))
        .withMessageContaining(metric.key())
        .withMessageContaining("(0) and (0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.score(metric, column(1, 2), new float[1]))
        .withMessageContaining("(2) and (1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.score(metric, column(1, Float.NaN), new float[2]))
        .withMessageContaining("prediction 1 is (NaN)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.score(metric, column(1, 2), new float[] {0, Float.NaN}))
        .withMessageContaining("example 1 has no label");
  }

  @Test
  void classesAndScoresAreNotMixedUp() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> value(Metric.ACCURACY, column(1, 2), 0, 1))
        .withMessage("accuracy needs logits of at least 2 classes, not (1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> value(Metric.ACCURACY, new float[][] {{1, 2}}, 2))
        .withMessageContaining("label 0 must be a class from 0 to 1, not (2.0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> value(Metric.F1, new float[][] {{1, 2, 3}}, 0))
        .withMessage("f1 is of two classes, not (3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> value(Metric.PEARSON, new float[][] {{1, 2}}, 0))
        .withMessageContaining("(2) outputs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.named("auc"))
        .withMessage("No metric (auc); there are accuracy, top-5, calibration-error, f1, matthews,"
            + " pearson, spearman, nme, dice, iou, psnr, ssim,"
            + " perplexity, token-accuracy, entity-f1, rouge-l");
  }
}
