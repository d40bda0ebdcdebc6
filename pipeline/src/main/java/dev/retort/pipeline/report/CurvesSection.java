package dev.retort.pipeline.report;

import java.util.Locale;

/** The loss curves of every stage. */
final class CurvesSection {
  private CurvesSection() {}

  static void write(HtmlWriter html, ReportModel model) {
    html.open("section", "id", "losses", "aria-labelledby", "losses-h").line();
    html.element("h2", "Loss curves", "id", "losses-h");
    if (model.losses().isEmpty()) {
      html.element("p", "No losses were recorded.", "class", "note");
    }
    html.open("div", "class", "plots").line();
    for (int i = 0; i < model.losses().size(); i++) {
      figure(html, model.losses().get(i), "loss-" + (i + 1));
    }
    html.close("div").line();
    html.close("section").line();
  }

  private static void figure(HtmlWriter html, LossPlot plot, String id) {
    LineChart chart = new LineChart(plot);
    html.open("figure", "class", "panel");
    if (!plot.title().startsWith(plot.stage())) {
      html.element("p", plot.stage(), "class", "kicker");
    }
    html.element("h3", plot.title());
    if (chart.hasPoints()) {
      chart.write(html, id);
    } else {
      html.element("p", "No finite losses were recorded.", "class", "note");
    }
    html.open("figcaption");
    html.open("ul", "class", "legend");
    for (int i = 0; i < plot.curves().size(); i++) {
      legend(html, plot.curves().get(i), i % 6 + 1);
    }
    html.close("ul");
    int together = chart.pointsInABucket();
    if (together > 1) {
      html.text("Lines are means of about " + together + " neighbouring points");
      boolean total = plot.curves().stream().anyMatch(c -> c.role() == LossCurve.Role.TOTAL);
      html.text(total ? ", the band their range. " : ". ");
    }
    html.text(plot.note()).close("figcaption").close("figure").line();
  }

  private static void legend(HtmlWriter html, LossCurve curve, int colour) {
    String kind = curve.role().name().toLowerCase(Locale.ROOT).replace('_', '-');
    double[] ends = LineChart.ends(curve);
    html.open("li");
    html.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "class",
        "swatch",
        "viewBox",
        "0 0 18 14",
        "aria-hidden",
        "true");
    html.empty("path", "class", "curve " + kind + " c" + colour, "d", "M0 7L18 7");
    if (curve.role() == LossCurve.Role.HELD_OUT) {
      html.empty("circle", "class", "dot c" + colour, "cx", "9", "cy", "7", "r", "3");
    }
    html.close("svg").text(curve.name() + " ");
    String course = Figures.loss(ends[0]) + " \u2192 " + Figures.loss(ends[1]);
    html.element("span", course, "class", "course").close("li");
  }
}
