package dev.retort.pipeline.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlReportTest {
  private static final double NAN = Double.NaN;

  /** The page lies in target for those who want to look at it. */
  @Test
  void exampleIsWellFormedAndLeftToBeLookedAt() throws Exception {
    String page = HtmlReport.render(ExampleReport.quickstart());
    Files.writeString(Path.of("target", "example-report.html"), page);
    assertThat(parse(page).getDocumentElement().getTagName()).isEqualTo("html");
  }

  @Test
  void everySectionIsThereAndNamed() throws Exception {
    Document page = parse(HtmlReport.render(ExampleReport.quickstart()));
    List<String> sections = new ArrayList<>();
    for (Element section : elements(page, "section")) {
      sections.add(section.getAttribute("id"));
      assertThat(ids(page)).contains(section.getAttribute("aria-labelledby"));
    }
    assertThat(sections)
        .containsExactly("result", "search", "fidelity", "losses", "time", "places", "provenance");
  }

  @Test
  void idsAreUniqueAndInnerLinksLeadSomewhere() throws Exception {
    Document page = parse(HtmlReport.render(ExampleReport.quickstart()));
    List<String> ids = ids(page);
    assertThat(ids).doesNotHaveDuplicates();
    for (Element link : elements(page, "a")) {
      if (link.getAttribute("href").startsWith("#")) {
        assertThat(ids).contains(link.getAttribute("href").substring(1));
      }
    }
  }

  @Test
  void everyChartHasATitleAndADescription() throws Exception {
    Document page = parse(HtmlReport.render(ExampleReport.quickstart()));
    List<String> ids = ids(page);
    int charts = 0;
    for (Element chart : elements(page, "svg")) {
      if (chart.getAttribute("role").equals("img")) {
        charts++;
        assertThat(ids).contains(chart.getAttribute("aria-labelledby").split(" "));
      } else {
        assertThat(chart.getAttribute("aria-hidden")).isEqualTo("true");
      }
    }
    assertThat(charts).isEqualTo(2 + ExampleReport.quickstart().losses().size());
  }

  @Test
  void pageAsksForNothingElse() throws Exception {
    String page = HtmlReport.render(ExampleReport.quickstart());
    assertThat(page).contains("default-src &#39;none&#39;");
    Document document = parse(page);
    for (String tag : List.of("img", "link", "iframe", "object", "base", "form")) {
      assertThat(elements(document, tag)).isEmpty();
    }
    for (Element element : elements(document, "*")) {
      assertThat(element.getAttribute("src")).isEmpty();
      assertThat(element.getAttribute("style")).isEmpty();
      assertThat(element.getAttribute("href")).doesNotContain(":");
    }
    assertThat(page.replace("http://www.w3.org/2000/svg", "")
            .replace("http://www.w3.org/1999/xhtml", ""))
        .doesNotContain("http:")
        .doesNotContain("https:");
  }

  @Test
  void hostileNamesStayText() throws Exception {
    String hostile = "<script>alert(1)</script>\" onload='x' & \u0000\u001b[31m \ud800 ]]> &amp;";
    String page = HtmlReport.render(hostile(hostile));
    Document document = parse(page);
    assertThat(elements(document, "script")).hasSize(1);
    assertThat(elements(document, "h1").get(0).getTextContent())
        .isEqualTo(hostile.replaceAll("[\u0000\u001b\ud800]", "\ufffd"));
    for (Element element : elements(document, "*")) {
      assertThat(element.hasAttribute("onload")).isFalse();
    }
  }

  @Test
  void hostilePathsAreNoSchemesAndLeaveNoMachine() {
    assertThat(HtmlWriter.href("javascript:alert(1)")).isEqualTo("javascript%3Aalert%281%29");
    assertThat(HtmlWriter.href("a b/\u00e9?#%.html")).isEqualTo("a%20b/%C3%A9%3F%23%25.html");
    assertThat(HtmlWriter.href("students/bert-layers=2,hidden=48/"))
        .isEqualTo("students/bert-layers=2,hidden=48/");
    assertThat(HtmlWriter.href("/etc/passwd")).isEmpty();
    assertThat(HtmlWriter.href("//host/share")).isEmpty();
    assertThat(HtmlWriter.href("")).isEmpty();
  }

  @Test
  void sameModelGivesTheSamePageInAnyLocaleAndZone() {
    String page = HtmlReport.render(ExampleReport.quickstart());
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr-TR-u-nu-arab"));
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Kiritimati"));
      assertThat(HtmlReport.render(ExampleReport.quickstart())).isEqualTo(page);
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void nothingKnownIsStillAPage() throws Exception {
    String page = HtmlReport.render(ExampleReport.empty());
    parse(page);
    assertThat(page)
        .contains("Nothing was searched in this run.")
        .contains("No losses were recorded.")
        .contains("No times were recorded.")
        .contains(Figures.ABSENT)
        .doesNotContain("NaN")
        .doesNotContain("Infinity");
  }

  @Test
  void oneCandidateIsItsOwnFront() throws Exception {
    SearchReport search = search(candidate("a", 1e6, 0.5));
    String page = HtmlReport.render(ExampleReport.withSearch(ExampleReport.empty(), search));
    parse(page);
    assertThat(page).contains("The front as a table (1)").doesNotContain("NaN");
  }

  @Test
  void failedCandidatesAreCountedAndNotDrawn() throws Exception {
    SearchReport search = search(
        candidate("a", 1e6, NAN),
        candidate("b", NAN, 1),
        candidate("c", 2e6, Double.POSITIVE_INFINITY),
        candidate("d", 3e6, 0.25));
    String page = HtmlReport.render(ExampleReport.withSearch(ExampleReport.quickstart(), search));
    parse(page);
    assertThat(page)
        .contains("3 could not be scored and are not drawn")
        .doesNotContain("NaN")
        .doesNotContain("Infinity");
  }

  @Test
  void allFailedIsStillAPage() throws Exception {
    SearchReport search = search(candidate("a", 1e6, NAN), candidate("b", NAN, NAN));
    String page = HtmlReport.render(ExampleReport.withSearch(ExampleReport.empty(), search));
    parse(page);
    assertThat(page).doesNotContain("NaN").doesNotContain("Infinity");
  }

  @Test
  void thousandsOfCandidatesBecomeOneShapeASubSpace() {
    CandidateLine[] candidates = new CandidateLine[ScatterChart.MOST_TITLES + 1];
    for (int i = 0; i < candidates.length; i++) {
      candidates[i] = candidate("a" + i, 1e6 + 1e3 * i, 1 - 1e-4 * i);
    }
    ReportModel model = ExampleReport.withSearch(ExampleReport.quickstart(), search(candidates));
    HtmlWriter html = new HtmlWriter();
    new ScatterChart(model, 980, 500, true).write(html, "many", "wide");
    assertThat(html.finish().split("class=\"point")).hasSize(2);
  }

  @Test
  void frontHoldsWhatNothingBeats() {
    SearchReport search = search(
        candidate("dear", 3e6, 0.2),
        candidate("beaten", 2e6, 0.6),
        candidate("cheap", 1e6, 0.5),
        candidate("same cost, worse", 1e6, 0.7),
        candidate("same score, dearer", 4e6, 0.2));
    assertThat(ScatterChart.front(search))
        .extracting(CandidateLine::architecture)
        .containsExactly("cheap", "dear");
  }

  @Test
  void writerRefusesWhatIsNotNested() {
    HtmlWriter html = new HtmlWriter().open("p");
    assertThatThrownBy(() -> html.close("div")).hasMessageContaining("(div)");
    assertThatThrownBy(new HtmlWriter().open("p")::finish).hasMessageContaining("(p)");
    assertThatThrownBy(() -> new HtmlWriter().verbatim("a < b"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new HtmlWriter().empty("p", "class"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ReportModel hostile(String text) {
    ScoreFigure half = ScoreFigure.ofCounts(1, 2);
    MethodLine method = new MethodLine(text, text, half, half, true, text);
    CostFigures cost = new CostFigures(1, 2, 4);
    LossCurve curve = LossCurve.of(text, LossCurve.Role.TOTAL, new double[] {1}, new double[] {1});
    return new ReportModel(
        text,
        new Question(text, text, text, List.of(new BudgetLine(text, text, 3)), text),
        new TeacherLine(text, text, cost, half, half, text, text),
        List.of(new StudentLine(text, text, text, text, cost, List.of(method), text)),
        List.of(method),
        List.of(new LossPlot(text, text, text, text, text, LossPlot.Scale.AUTO, List.of(curve))),
        new SearchReport(
            text,
            text,
            1,
            List.of(new SubSpaceLine(text, text, 1, 1, 1)),
            List.of(new CandidateLine(text, text, 2, 1, text)),
            0,
            text),
        List.of(new FidelityLine(text, 6, 0.5, 0.5, 0, 1)),
        List.of(new StageLine(text, text, 1)),
        NAN,
        List.of(new PlaceLine(text, text)),
        new ProvenanceReport(
            text,
            text,
            text,
            List.of(new ProvenanceReport.Fact(text, text)),
            List.of(new ProvenanceReport.Input(text, 1, text)),
            text,
            text,
            text));
  }

  private static CandidateLine candidate(String architecture, double macs, double score) {
    return new CandidateLine(architecture, "tiny", macs, score, "");
  }

  private static SearchReport search(CandidateLine... candidates) {
    return new SearchReport("random", "loss", 1, List.of(), List.of(candidates), NAN, "");
  }

  private static Document parse(String page) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(false);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(page)));
  }

  private static List<Element> elements(Document page, String tag) {
    NodeList nodes = page.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static List<String> ids(Document page) {
    return elements(page, "*").stream()
        .map(e -> e.getAttribute("id"))
        .filter(id -> !id.isEmpty())
        .toList();
  }
}
