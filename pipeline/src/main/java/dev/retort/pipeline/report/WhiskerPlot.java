package dev.retort.pipeline.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A score as a dot with its standard error as a whisker, the teacher's as a line: one row of a
 * plot that runs down the table, all rows to the same scale.
 *
 * @param scale scale of the scores
 * @param teacher the teacher's score; NaN: no line
 * @param unit how scores are written
 */
record WhiskerPlot(ChartScale scale, double teacher, ScoreUnit unit) {
  private static final double WIDTH = 190;
  private static final double HEIGHT = 20;
  private static final double EDGE = 14;

  /** The plot that holds all test scores of a report. */
  static WhiskerPlot of(ReportModel model) {
    List<ScoreFigure> scores = new ArrayList<>();
    scores.add(model.teacher().test());
    model.students().forEach(s -> s.methods().forEach(m -> scores.add(m.test())));
    model.floors().forEach(f -> scores.add(f.test()));
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (ScoreFigure score : scores) {
      if (Double.isFinite(score.value())) {
        double error = Double.isFinite(score.standardError()) ? score.standardError() : 0;
        low = Math.min(low, score.value() - error);
        high = Math.max(high, score.value() + error);
      }
    }
    ChartScale scale = low <= high ? ChartScale.linear(low, high, 4) : ChartScale.linear(0, 1, 4);
    return new WhiskerPlot(scale, model.teacher().test().value(), model.unit());
  }

  /** Writes one row; the figures stand beside it, so that screen readers skip it. */
  void write(HtmlWriter html, ScoreFigure score) {
    begin(html);
    if (Double.isFinite(teacher)) {
      ChartFrame.line(html, "reference", x(teacher), 0, x(teacher), HEIGHT);
    }
    if (Double.isFinite(score.value())) {
      double middle = HEIGHT / 2;
      if (Double.isFinite(score.standardError())) {
        double from = x(score.value() - score.standardError());
        double to = x(score.value() + score.standardError());
        ChartFrame.line(html, "error", from, middle, to, middle);
      }
      html.empty(
          "circle",
          "class",
          "value",
          "cx",
          Figures.at(x(score.value())),
          "cy",
          Figures.at(middle),
          "r",
          "3");
    }
    html.close("svg");
  }

  /** Writes the ticks for the head of the column. */
  void head(HtmlWriter html) {
    begin(html);
    for (double tick : scale.ticks()) {
      ChartFrame.text(html, "tick", x(tick), 12, unit.tick(tick));
      ChartFrame.line(html, "grid", x(tick), 16, x(tick), HEIGHT);
    }
    html.close("svg");
  }

  private static void begin(HtmlWriter html) {
    html.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "class",
        "whisker",
        "viewBox",
        "0 0 " + Figures.at(WIDTH) + " " + Figures.at(HEIGHT),
        "aria-hidden",
        "true");
  }

  private double x(double value) {
    return scale.between(value, EDGE, WIDTH - EDGE);
  }
}
