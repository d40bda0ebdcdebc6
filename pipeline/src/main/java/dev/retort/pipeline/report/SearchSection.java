package dev.retort.pipeline.report;

import java.util.List;

/** What was searched, the chart of all candidates, and the front as a table. */
final class SearchSection {
  private SearchSection() {}

  static void write(HtmlWriter html, ReportModel model) {
    SearchReport search = model.search();
    html.open("section", "id", "search", "aria-labelledby", "search-h").line();
    html.element("h2", "Search", "id", "search-h");
    if (search.candidates().isEmpty()) {
      html.element("p", "Nothing was searched in this run.", "class", "note");
    } else {
      summary(html, search);
      chart(html, model);
      front(html, model);
    }
    if (!search.subSpaces().isEmpty()) {
      subSpaces(html, search);
    }
    html.close("section").line();
  }

  private static void summary(HtmlWriter html, SearchReport search) {
    int scored = ScatterChart.shown(search).size();
    int failed = search.candidates().size() - scored;
    html.open("p", "class", "lead");
    html.element("strong", search.method().isBlank() ? "Search" : search.method());
    html.text(": ").element("strong", Figures.whole(search.candidates().size()));
    html.text(search.candidates().size() == 1 ? " candidate" : " candidates");
    html.text(" scored once by ").text(search.score());
    if (Double.isFinite(search.seconds())) {
      html.text(" in ").element("strong", Figures.seconds(search.seconds()));
    }
    int front = ScatterChart.front(search).size();
    html.text("; ").element("strong", Figures.whole(front)).text(" on the front");
    html.text(failed == 0 ? "." : "; " + failed + " could not be scored and are not drawn.");
    html.close("p");
    if (!search.note().isBlank()) {
      html.element("p", search.note(), "class", "note");
    }
  }

  private static void chart(HtmlWriter html, ReportModel model) {
    ScatterChart wide = new ScatterChart(model, 980, 500, true);
    ScatterChart narrow = new ScatterChart(model, 410, 440, false);
    html.open("figure", "class", "panel");
    wide.write(html, "pareto", "scatter wide");
    narrow.write(html, "pareto-narrow", "scatter narrow");
    html.open("figcaption");
    html.open("ul", "class", "legend");
    List<String> names = model.search().candidates().stream()
        .map(CandidateLine::subSpace)
        .distinct()
        .toList();
    for (String name : names) {
      html.open("li");
      swatch(html, "point c" + wide.mark(name), ChartMark.shape(wide.mark(name), 9, 7, 4.5));
      html.text(StudentsSection.orDash(name)).close("li");
    }
    html.open("li");
    swatch(html, "front", "M1 2L9 2L9 11L18 11");
    html.text("Pareto front").close("li");
    html.close("ul");
    html.text("Down and left is better. Dashed lines are the budgets, rings the chosen");
    html.text(" candidates, the star is the teacher.");
    html.close("figcaption").close("figure").line();
  }

  private static void swatch(HtmlWriter html, String cssClass, String path) {
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
    html.empty("path", "class", cssClass, "d", path).close("svg");
  }

  private static void front(HtmlWriter html, ReportModel model) {
    List<CandidateLine> front = ScatterChart.front(model.search());
    if (front.isEmpty()) {
      return;
    }
    html.open("details").element("summary", "The front as a table (" + front.size() + ")");
    HtmlReport.openTable(html, "sortable", "Candidates that no other beats in cost and score");
    html.open("thead").open("tr");
    html.element("th", "Architecture", "scope", "col");
    html.element("th", "Sub-space", "scope", "col");
    html.element("th", "MACs", "scope", "col", "class", "n");
    html.element("th", "of teacher\u2019s MACs, %", "scope", "col", "class", "n");
    html.element("th", "Score", "scope", "col", "class", "n");
    html.element("th", "Chosen for", "scope", "col");
    html.close("tr").close("thead").open("tbody").line();
    for (CandidateLine candidate : front) {
      CostFigures cost = new CostFigures(Double.NaN, candidate.macs(), Double.NaN);
      html.open("tr").open("th", "scope", "row").code(candidate.architecture());
      html.close("th").element("td", StudentsSection.orDash(candidate.subSpace()));
      number(html, candidate.macs(), Figures.compact(candidate.macs()));
      number(html, model.share(cost), Figures.percent(model.share(cost)));
      number(html, candidate.score(), Figures.loss(candidate.score()));
      html.element("td", StudentsSection.orDash(candidate.chosenFor()))
          .close("tr")
          .line();
    }
    html.close("tbody");
    HtmlReport.closeTable(html);
    html.close("details").line();
  }

  private static void number(HtmlWriter html, double value, String text) {
    if (Double.isFinite(value)) {
      html.element("td", text, "class", "n", "data-value", Double.toString(value));
    } else {
      html.element("td", text, "class", "n");
    }
  }

  private static void subSpaces(HtmlWriter html, SearchReport search) {
    html.element("h3", "Sub-spaces");
    HtmlReport.openTable(html, "plain", "The space and how it was cut");
    html.open("thead").open("tr");
    html.element("th", "Sub-space", "scope", "col");
    html.element("th", "What varies", "scope", "col");
    html.element("th", "Architectures", "scope", "col", "class", "n");
    html.element("th", "Scored", "scope", "col", "class", "n");
    html.element("th", "MACs from", "scope", "col", "class", "n");
    html.element("th", "to", "scope", "col", "class", "n");
    html.close("tr").close("thead").open("tbody").line();
    for (SubSpaceLine space : search.subSpaces()) {
      long scored = search.candidates().stream()
          .filter(c -> c.subSpace().equals(space.name()))
          .count();
      html.open("tr").element("th", space.name(), "scope", "row");
      html.element("td", StudentsSection.orDash(space.dimensions()));
      html.element("td", Figures.whole(space.architectures()), "class", "n");
      html.element("td", Figures.whole(scored), "class", "n");
      html.element("td", Figures.compact(space.lowestMacs()), "class", "n");
      html.element("td", Figures.compact(space.highestMacs()), "class", "n");
      html.close("tr").line();
    }
    html.close("tbody");
    HtmlReport.closeTable(html);
  }
}
