package dev.retort.pipeline.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The report as one HTML page that needs nothing else: no network, no font, no image.
 *
 * <p>The page is well-formed XML as well. Its content security policy forbids every request and
 * every script and style but its own, so that no name in a recipe can bring in either. The same
 * model gives the same text on every machine.
 */
public final class HtmlReport {
  private static final String STYLE = resource("report.css");
  private static final String SCRIPT = resource("report.js");

  private HtmlReport() {}

  /** The page; to be written as UTF-8. */
  public static String render(ReportModel model) {
    HtmlWriter html = new HtmlWriter();
    html.open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml").line();
    head(html, model);
    html.open("body").line();
    html.element("a", "Skip to the result", "class", "skip", "href", "#result");
    header(html, model);
    html.open("main").line();
    StudentsSection.write(html, model);
    SearchSection.write(html, model);
    FidelitySection.write(html, model);
    CurvesSection.write(html, model);
    RecordSection.write(html, model);
    html.close("main").line();
    html.open("footer").text("Written by Retort from the records of the run. ");
    html.text(model.unit().share() ? "Scores are in percent; one" : "One")
        .text(" MAC is one multiply-accumulate, counted for one example; an em dash (");
    html.text(Figures.ABSENT)
        .text(") stands for what was not measured.")
        .close("footer")
        .line();
    html.open("script").verbatim(SCRIPT).close("script");
    html.close("body").line().close("html");
    return "<!DOCTYPE html>\n" + html.finish() + "\n";
  }

  private static void head(HtmlWriter html, ReportModel model) {
    String policy = "default-src 'none'; style-src "
        + hash(STYLE)
        + "; script-src "
        + hash(SCRIPT)
        + "; base-uri 'none'; form-action 'none'";
    html.open("head").line();
    html.empty("meta", "charset", "utf-8").line();
    html.empty("meta", "http-equiv", "Content-Security-Policy", "content", policy)
        .line();
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
        .line();
    html.empty("meta", "name", "color-scheme", "content", "light dark").line();
    html.element("title", model.title() + " \u00B7 Retort").line();
    html.open("style").verbatim(STYLE).close("style").line();
    html.close("head").line();
  }

  private static void header(HtmlWriter html, ReportModel model) {
    Question question = model.question();
    html.open("header", "class", "page").line();
    html.element("p", "Retort \u00B7 distillation report", "class", "kicker");
    html.element("h1", model.title());
    html.open("p", "class", "question");
    boolean several = question.budgets().size() != 1;
    boolean given = question.budgets().isEmpty() && model.students().size() == 1;
    html.text(given ? "How well does the student" : several ? "Which students" : "Which student");
    if (model.taught()) {
      html.text(" distilled from ").element("strong", question.teacher());
    }
    html.text(given ? " do at " : several ? " do best at " : " does best at ");
    html.element("strong", question.task());
    for (int i = 0; i < question.budgets().size(); i++) {
      BudgetLine budget = question.budgets().get(i);
      boolean last = i == question.budgets().size() - 1;
      html.text(i == 0 ? " with " : last ? ", and with " : ", with ");
      html.element("strong", budget.asked());
      if (Double.isFinite(budget.macs())) {
        String bound = ChartScale.shorten(Figures.compact(budget.macs()));
        html.text(" (" + bound + Figures.THIN + "MACs)");
      }
    }
    html.text(question.budgets().isEmpty() && !given ? " for what they cost?" : "?")
        .close("p");
    if (!question.story().isBlank()) {
      html.element("p", question.story(), "class", "story");
    }
    nav(html);
    html.close("header").line();
  }

  private static void nav(HtmlWriter html) {
    String[][] sections = {
      {"result", "Result"},
      {"search", "Search"},
      {"fidelity", "Rank fidelity"},
      {"losses", "Loss curves"},
      {"time", "Time"},
      {"places", "Files"},
      {"provenance", "Provenance"}
    };
    html.open("nav", "aria-label", "Sections").open("ul");
    for (String[] section : sections) {
      html.open("li").element("a", section[1], "href", "#" + section[0]).close("li");
    }
    html.close("ul").close("nav");
  }

  /** A wide table in a box of its own that scrolls, so that the page never does sideways. */
  static void openTable(HtmlWriter html, String cssClass, String caption) {
    html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", caption);
    html.open("table", "class", cssClass).element("caption", caption);
  }

  /** Ends what {@link #openTable} began. */
  static void closeTable(HtmlWriter html) {
    html.close("table").close("div").line();
  }

  private static String hash(String content) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("The jar lacks its resource (" + name + ")");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
