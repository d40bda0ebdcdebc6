package dev.retort.pipeline.report;

/** How well the search's score ranks, beside counting multiply-accumulates. */
final class FidelitySection {
  private FidelitySection() {}

  static void write(HtmlWriter html, ReportModel model) {
    html.open("section", "id", "fidelity", "aria-labelledby", "fidelity-h").line();
    html.element("h2", "Rank fidelity", "id", "fidelity-h");
    if (model.fidelity().isEmpty()) {
      html.element(
          "p",
          "Not measured: no accuracies of several networks to hold the score against.",
          "class",
          "note");
      html.close("section").line();
      return;
    }
    html.element(
        "p",
        "Does the score that the search goes by put networks in the order of their "
            + metric(model)
            + ", and does it do so better than simply counting MACs? Spearman correlations; 1 is"
            + " the same order, 0 none.",
        "class",
        "lead");
    HtmlReport.openTable(html, "plain", "Rank correlation with measured " + metric(model));
    html.open("thead").open("tr");
    html.element("th", "Measured", "scope", "col");
    html.element("th", "n", "scope", "col", "class", "n");
    html.element("th", "Score", "scope", "col", "class", "n");
    html.element("th", "MACs", "scope", "col", "class", "n");
    html.element("th", "Above chance from", "scope", "col", "class", "n");
    html.element(
        "th", "Range of " + metric(model) + model.unit().heading(), "scope", "col", "class", "n");
    html.element("th", "Verdict", "scope", "col");
    html.close("tr").close("thead").open("tbody").line();
    for (FidelityLine line : model.fidelity()) {
      RankVerdict verdict = new RankVerdict(line);
      html.open("tr").element("th", line.measured(), "scope", "row");
      html.element("td", Figures.whole(line.networks()), "class", "n");
      html.element("td", Figures.fixed(line.score(), 2), "class", "n main");
      html.element("td", Figures.fixed(line.macs(), 2), "class", "n");
      html.element("td", Figures.fixed(verdict.critical(), 2), "class", "n");
      String range =
          model.unit().figure(line.lowest()) + " to " + model.unit().figure(line.highest());
      boolean known = Double.isFinite(line.lowest()) && Double.isFinite(line.highest());
      html.element("td", known ? range : Figures.ABSENT, "class", "n");
      html.element("td", verdict.sentence(), "class", "words").close("tr").line();
    }
    html.close("tbody");
    HtmlReport.closeTable(html);
    html.close("section").line();
  }

  private static String metric(ReportModel model) {
    return model.question().metric().isBlank() ? "score" : model.question().metric();
  }
}
