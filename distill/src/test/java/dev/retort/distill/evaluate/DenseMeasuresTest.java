package dev.retort.distill.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.retort.data.Metric;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DenseMeasuresTest {
  private static float[][] one(float... row) {
    return new float[][] {row};
  }

  /** A gray image of that many pixels. */
  private static float[][] gray(int pixels, float value) {
    float[] row = new float[3 * pixels];
    Arrays.fill(row, value);
    return one(row);
  }

  @Test
  void emptyMasksThatAreFoundEmptyAgree() {
    float[][] nothing = one(-1, -2, -3, -4);
    float[][] something = one(-1, -2, 3, -4);
    float[][] empty = one(0, 0, 0, 0);
    for (Metric metric : new Metric[] {Metric.DICE, Metric.IOU}) {
      assertThat(Metrics.score(metric, nothing, empty).value()).isEqualTo(1);
      assertThat(Metrics.score(metric, something, empty).value()).isZero();
      assertThat(Metrics.score(metric, nothing, one(0, 0, 1, 0)).value()).isZero();
    }
    // By example, an empty one counts as much as a full one.
    float[][] both = {nothing[0], something[0]};
    float[][] masks = {empty[0], {0, 0, 1, 1}};
    assertThat(new Dice(true).of(both, masks).value()).isCloseTo((1 + 2.0 / 3) / 2, within(1e-12));
    assertThat(new Dice(false).of(both, masks).value()).isCloseTo(2.0 / 3, within(1e-12));
  }

  @Test
  void pixelsWithoutClassDoNotCount() {
    assertThat(new Iou(false).of(one(1, 1, 1, -1), one(1, 0, -1, -1)).value()).isEqualTo(0.5);
    assertThat(new Dice(false).of(one(1, 1, -1, -1), one(-1, -1, -1, -1)).value())
        .isEqualTo(1);
    // Two planes: class 0 twice and class 1 once right; class 1 once taken for class 0.
    float[][] logits = one(1, 1, 0, 1, 0, 0, 1, 0);
    assertThat(new Iou(false).of(logits, one(0, 0, 1, 1)).value())
        .isCloseTo((2.0 / 3 + 1.0 / 2) / 2, within(1e-12));
    // Class 2 of three occurs nowhere, and is left out.
    float[][] three = one(1, 1, 0, 1, 0, 0, 1, 0, -1, -1, -1, -1);
    assertThat(new Iou(false).of(three, one(0, 0, 1, 1)).value())
        .isCloseTo((2.0 / 3 + 1.0 / 2) / 2, within(1e-12));
  }

  @Test
  void equalImagesHaveAnInfiniteRatioAndFullSimilarity() {
    Score ratio = Metrics.score(Metric.PSNR, gray(144, 0.5f), gray(144, 0.5f));
    assertThat(ratio.value()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(ratio.standardError()).isEmpty();
    assertThat(Metrics.score(Metric.SSIM, gray(144, 0.5f), gray(144, 0.5f)).value())
        .isCloseTo(1, within(1e-12));
    float[][] pair = {gray(144, 0.5f)[0], gray(144, 0)[0]};
    assertThat(
            Metrics.score(Metric.PSNR, pair, new float[][] {pair[0], pair[0]}).value())
        .isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void whatAFileCannotHoldIsClampedAndRounded() {
    assertThat(Metrics.score(Metric.PSNR, gray(4, 1.3f), gray(4, 1)).value())
        .isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(Metrics.score(Metric.PSNR, gray(4, 0.0019f), gray(4, 0)).value())
        .isEqualTo(Double.POSITIVE_INFINITY);
    // Black against white differ by 219 of 255.
    assertThat(Metrics.score(Metric.PSNR, gray(4, 0), gray(4, 1)).value())
        .isCloseTo(20 * Math.log10(255.0 / 219), within(1e-9));
  }

  @Test
  void aBorderOfTheScaleIsLeftOut() {
    float[][] real = gray(36, 0.5f);
    float[][] spoilt = gray(36, 0.5f);
    spoilt[0][0] = 1;
    spoilt[0][36 + 35] = 0;
    assertThat(new Psnr(0, 0).of(spoilt, real).value()).isFinite();
    assertThat(new Psnr(1, 0).of(spoilt, real).value()).isEqualTo(Double.POSITIVE_INFINITY);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Psnr(3, 0).of(spoilt, real))
        .withMessageContaining("a border of (3) leaves nothing of 6 x 6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Ssim(0, 0).of(spoilt, real))
        .withMessageContaining("not 6 x 6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Psnr(0, 5).of(spoilt, real))
        .withMessageContaining("(5) pixels wide, not (108)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.score(Metric.PSNR, gray(35, 0), gray(35, 0)))
        .withMessageContaining("that are square, not (105)");
    assertThatIllegalArgumentException().isThrownBy(() -> new Psnr(-1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Ssim(0, -1));
  }

  @Test
  void landmarksNeedASize() {
    assertThat(new Nme(new Nme.Size.Between(0, 1))
            .of(one(0, 3, 4, 0), one(0, 0, 4, 0))
            .value())
        .isEqualTo(3.0 / 2 / 4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.score(Metric.NME, one(1, 2, 3, 4), one(1, 2, 1, 4)))
        .withMessageContaining("example 0 have no size");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Nme(new Nme.Size.Between(0, 2)).of(one(1, 2, 3, 4), one(1, 2, 3, 4)))
        .withMessageContaining("points (0) and (2), but there are (2)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.score(Metric.NME, one(1, 2, 3), one(1, 2, 3)))
        .withMessageContaining("not (3) numbers");
    assertThatIllegalArgumentException().isThrownBy(() -> new Nme.Size.Between(1, 1));
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void everyMetricIsOfItsTargetsAlone(Metric metric) {
    assertThat(Metrics.named(metric.key())).isEqualTo(metric);
    if (metric.target() == Metric.Target.TOKEN || metric.target() == Metric.Target.TEXT) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Metrics.measure(metric))
          .withMessageContaining(metric.key() + " is of t");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Metrics.dense(metric))
          .withMessageContaining(metric.key() + " is of t");
      return;
    }
    if (metric.target() == Metric.Target.LABEL) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Metrics.dense(metric))
          .withMessageContaining(metric.key() + " is of one label");
      return;
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.measure(metric))
        .withMessageContaining(metric.key() + " is of rows");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.score(metric, new float[0][], new float[0][]))
        .withMessageContaining("(0) and (0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.score(metric, one(1, Float.NaN), one(1, 2)))
        .withMessageContaining("prediction 0 has the number (NaN)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.score(metric, one(1, 2), one()))
        .withMessageContaining("target 0 is empty");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.score(metric, one(1, 2, 3), one(0, 1)))
        .withMessageContaining(metric.key());
  }

  @Test
  void targetsAreClassesOfTheirPlanes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.score(Metric.DICE, one(1, 2), one(0, 2)))
        .withMessageContaining("classes from 0 to 1, or -1 where none is known, not (2.0)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Metrics.score(Metric.IOU, one(1, 2, 3, 4), one(0, 0.5f)))
        .withMessageContaining("not (0.5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            Metrics.score(Metric.IOU, new float[][] {{1, 2}, {1, 2}}, new float[][] {{0, 1}, {0}}))
        .withMessageContaining("prediction 1 has (2) planes, the first (1)");
  }
}
