package dev.retort.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ChartsTest {
  @Test
  void linearTicksAreNiceAndHoldTheValues() {
    ChartScale scale = ChartScale.linear(0.13, 0.97, 5);
    assertThat(scale.ticks()).containsExactly(0.0, 0.2, 0.4, 0.6, 0.8, 1.0);
    assertThat(scale.ticks().stream().map(scale::label))
        .containsExactly("0", "0.2", "0.4", "0.6", "0.8", "1.0");
  }

  @Test
  void logTicksAreNiceAndWithinTheEnds() {
    ChartScale scale = ChartScale.log(3.4e5, 6.19e7, 8);
    assertThat(scale.ticks()).containsExactly(5e5, 1e6, 2e6, 5e6, 1e7, 2e7, 5e7);
    assertThat(scale.label(5e5)).isEqualTo("500" + Figures.THIN + "k");
  }

  @Test
  void everyScaleHoldsItsValuesHoweverOdd() {
    long seed = 20260102;
    Random random = new Random(seed);
    for (int i = 0; i < 2000; i++) {
      double a = (random.nextDouble() - 0.5) * StrictMath.pow(10, random.nextInt(30) - 12);
      double b = i % 10 == 0 ? a : a + random.nextDouble() * Math.abs(a) * 10;
      ChartScale linear = ChartScale.linear(a, b, 5);
      assertThat(linear.position(a)).as("seed %d, %s..%s", seed, a, b).isBetween(-1e-6, 1.000001);
      assertThat(linear.position(b)).as("seed %d, %s..%s", seed, a, b).isBetween(-1e-6, 1.000001);
      assertThat(linear.ticks()).as("seed %d, %s..%s", seed, a, b).hasSizeBetween(2, 12);
      ChartScale log = ChartScale.log(Math.abs(a) + 1e-12, Math.abs(b) + Math.abs(a) + 1e-12, 8);
      assertThat(log.position(Math.abs(a) + 1e-12)).isBetween(0.0, 1.0);
      assertThat(log.ticks()).as("seed %d, %s..%s", seed, a, b).hasSizeLessThanOrEqualTo(9);
    }
  }

  @Test
  void scaleRefusesWhatItCannotShow() {
    assertThatThrownBy(() -> new ChartScale(false, 1, 1, List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(1.0)");
    assertThatThrownBy(() -> new ChartScale(true, 0, 1, List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void labelsAtTheEndsOfCurvesKeepTheirDistance() {
    assertThat(LineChart.apart(new double[] {10, 11, 12, 90}, 0, 100, 15))
        .containsExactly(10, 25, 40, 90);
    assertThat(LineChart.apart(new double[] {95, 96, 97}, 0, 100, 15)).containsExactly(70, 85, 100);
  }

  @Test
  void longCurvesAreDrawnAsMeans() {
    double[] steps = new double[1000];
    double[] losses = new double[1000];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = i;
      losses[i] = i % 2 == 0 ? 1 : 3;
    }
    LossCurve curve = LossCurve.of("total", LossCurve.Role.TOTAL, steps, losses);
    assertThat(LineChart.ends(curve)[0]).isEqualTo(2, within(0.1));
    String drawn = drawn(LossPlot.Scale.LINEAR, curve);
    assertThat(drawn).contains("class=\"band c1\"");
    assertThat(drawn.length()).isLessThan(6000);
  }

  @Test
  void gapsAreGapsAndOddValuesLeaveNoTrace() {
    double[] steps = {1, 2, 3, 4, 5};
    double[] losses = {1, Double.NaN, Double.POSITIVE_INFINITY, 0.5, 0.4};
    LossCurve curve = LossCurve.of("total", LossCurve.Role.TERM, steps, losses);
    String drawn = drawn(LossPlot.Scale.AUTO, curve);
    assertThat(drawn).doesNotContain("NaN").doesNotContain("Infinity").contains("<circle");
    assertThat(drawn(
            LossPlot.Scale.LOG,
            LossCurve.of("zero", LossCurve.Role.TOTAL, new double[] {1, 2}, new double[] {0, -1})))
        .doesNotContain("NaN");
  }

  @Test
  void automaticScaleIsLogarithmicOverAFactorOfTen() {
    double[] steps = {1, 2};
    LossCurve wide = LossCurve.of("a", LossCurve.Role.TOTAL, steps, new double[] {1, 0.1});
    LossCurve close = LossCurve.of("a", LossCurve.Role.TOTAL, steps, new double[] {1, 0.11});
    assertThat(drawn(LossPlot.Scale.AUTO, wide)).contains("log scale");
    assertThat(drawn(LossPlot.Scale.AUTO, close)).doesNotContain("log scale");
  }

  @Test
  void curveNeedsAsManyStepsAsLosses() {
    assertThatThrownBy(() -> LossCurve.of("a", LossCurve.Role.TOTAL, new double[1], new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 steps but 2 losses");
  }

  @Test
  void placedLabelsCoverNoOtherLabelAndStayInside() {
    long seed = 4;
    Random random = new Random(seed);
    LabelPlacer.Box area = new LabelPlacer.Box(0, 0, 500, 300);
    LabelPlacer placer = new LabelPlacer(area);
    List<LabelPlacer.Box> placed = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      LabelPlacer.Box box =
          placer.place(60 + random.nextInt(380), 40 + random.nextInt(220), 90, 30);
      assertThat(box.within(area)).as("seed %d", seed).isTrue();
      assertThat(placed).as("seed %d", seed).noneMatch(box::meets);
      placed.add(box);
    }
  }

  private static String drawn(LossPlot.Scale scale, LossCurve... curves) {
    HtmlWriter html = new HtmlWriter();
    LossPlot plot = new LossPlot("stage", "title", "", "step", "loss", scale, List.of(curves));
    new LineChart(plot).write(html, "id");
    return html.finish();
  }
}
