package dev.retort.pipeline.report;

import java.util.List;

/** Where the time went, where everything lies, and what the run can be traced back to. */
final class RecordSection {
  private RecordSection() {}

  static void write(HtmlWriter html, ReportModel model) {
    time(html, model);
    places(html, model.places());
    provenance(html, model.provenance());
  }

  private static void time(HtmlWriter html, ReportModel model) {
    html.open("section", "id", "time", "aria-labelledby", "time-h").line();
    html.element("h2", "Time", "id", "time-h");
    if (model.stages().isEmpty()) {
      html.element("p", "No times were recorded.", "class", "note");
      html.close("section").line();
      return;
    }
    double longest = model.stages().stream()
        .mapToDouble(StageLine::seconds)
        .filter(Double::isFinite)
        .max()
        .orElse(0);
    double total = model.seconds();
    HtmlReport.openTable(html, "plain stages", "Stages and their times");
    html.open("thead").open("tr");
    html.element("th", "Stage", "scope", "col");
    html.element("th", "Time", "scope", "col", "class", "n");
    html.element("th", "What it did", "scope", "col");
    html.element("th", "", "scope", "col", "class", "bar-column");
    html.close("tr").close("thead").open("tbody").line();
    for (StageLine stage : model.stages()) {
      html.open("tr").element("th", stage.name(), "scope", "row");
      html.element("td", Figures.seconds(stage.seconds()), "class", "n");
      html.element("td", StudentsSection.orDash(stage.detail()), "class", "words");
      html.open("td", "class", "bar-column");
      bar(html, longest > 0 ? stage.seconds() / longest : 0);
      html.close("td").close("tr").line();
    }
    html.close("tbody").open("tfoot").open("tr");
    html.element("th", "Run, wall time", "scope", "row");
    html.element("td", Figures.seconds(total), "class", "n main");
    html.element("td", "", "colspan", "2");
    html.close("tr").close("tfoot");
    HtmlReport.closeTable(html);
    html.close("section").line();
  }

  private static void bar(HtmlWriter html, double share) {
    html.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "class",
        "bar",
        "viewBox",
        "0 0 200 10",
        "preserveAspectRatio",
        "none",
        "aria-hidden",
        "true");
    double width = Double.isFinite(share) ? Math.max(1, 200 * share) : 0;
    html.empty("rect", "x", "0", "y", "0", "width", Figures.at(width), "height", "10");
    html.close("svg");
  }

  private static void places(HtmlWriter html, List<PlaceLine> places) {
    html.open("section", "id", "places", "aria-labelledby", "places-h").line();
    html.element("h2", "Where everything lies", "id", "places-h");
    if (places.isEmpty()) {
      html.element("p", "Nothing is listed.", "class", "note");
    } else {
      html.open("dl", "class", "facts");
      for (PlaceLine place : places) {
        html.element("dt", place.label()).open("dd");
        path(html, place.path());
        html.close("dd").line();
      }
      html.close("dl");
    }
    html.close("section").line();
  }

  private static void path(HtmlWriter html, String path) {
    String href = HtmlWriter.href(path);
    if (href.isEmpty()) {
      html.code(StudentsSection.orDash(path));
    } else {
      html.open("a", "href", href).code(path).close("a");
    }
  }

  private static void provenance(HtmlWriter html, ProvenanceReport provenance) {
    html.open("section", "id", "provenance", "aria-labelledby", "provenance-h").line();
    html.element("h2", "Provenance", "id", "provenance-h");
    if (!provenance.reproducibility().isBlank()) {
      html.element("p", provenance.reproducibility(), "class", "lead");
    }
    html.open("dl", "class", "facts");
    fact(html, "Seed", provenance.seed());
    fact(html, "Started", provenance.started());
    fact(html, "Finished", provenance.finished());
    for (ProvenanceReport.Fact fact : provenance.facts()) {
      fact(html, fact.name(), fact.value());
    }
    html.close("dl").line();
    inputs(html, provenance.inputs());
    recipe(html, "Recipe as it was asked", provenance.asked());
    recipe(html, "Recipe as it took effect", provenance.effective());
    html.close("section").line();
  }

  private static void fact(HtmlWriter html, String name, String value) {
    if (!value.isBlank()) {
      html.element("dt", name).element("dd", value).line();
    }
  }

  private static void inputs(HtmlWriter html, List<ProvenanceReport.Input> inputs) {
    if (inputs.isEmpty()) {
      return;
    }
    html.element("h3", "Inputs");
    HtmlReport.openTable(html, "plain", "Files that were read");
    html.open("thead").open("tr").element("th", "File", "scope", "col");
    html.element("th", "Bytes", "scope", "col", "class", "n");
    html.element("th", "SHA-256", "scope", "col").close("tr").close("thead");
    html.open("tbody").line();
    for (ProvenanceReport.Input input : inputs) {
      html.open("tr").open("th", "scope", "row").code(input.path()).close("th");
      html.element("td", Figures.whole(input.bytes()), "class", "n");
      html.open("td").element("code", input.sha256(), "class", "hash").close("td");
      html.close("tr").line();
    }
    html.close("tbody");
    HtmlReport.closeTable(html);
  }

  private static void recipe(HtmlWriter html, String name, String text) {
    if (!text.isBlank()) {
      html.open("details").element("summary", name);
      html.element("pre", text, "tabindex", "0").close("details").line();
    }
  }
}
