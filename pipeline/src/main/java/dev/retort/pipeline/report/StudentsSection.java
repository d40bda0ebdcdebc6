package dev.retort.pipeline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The answer: a card for each student that is handed over, and the table of all of them. */
final class StudentsSection {
  private StudentsSection() {}

  static void write(HtmlWriter html, ReportModel model) {
    html.open("section", "id", "result", "aria-labelledby", "result-h").line();
    html.element("h2", "Result", "id", "result-h");
    cards(html, model);
    table(html, model);
    html.open("p", "class", "note").text(reading(model)).close("p");
    html.close("section").line();
  }

  private static void cards(HtmlWriter html, ReportModel model) {
    html.open("ul", "class", "cards");
    for (StudentLine student : model.students()) {
      for (MethodLine method : student.methods()) {
        if (method.delivered()) {
          card(html, model, student, method);
        }
      }
    }
    if (model.taught()) {
      teacherCard(html, model);
    }
    html.close("ul").line();
  }

  private static void teacherCard(HtmlWriter html, ReportModel model) {
    html.open("li", "class", "card muted");
    html.element("p", "Teacher", "class", "card-name");
    figure(html, model, model.teacher().test());
    html.element(
        "p",
        model.question().part() + " " + model.question().metric() + unit(model),
        "class",
        "figure-of");
    html.open("p").element("strong", Figures.compact(model.teacher().cost().macs()));
    html.text(" MACs, ")
        .element("strong", Figures.compact(model.teacher().cost().parameters()));
    html.text(" parameters").close("p");
    html.code(model.teacher().architecture());
    html.close("li");
  }

  private static void card(
      HtmlWriter html, ReportModel model, StudentLine student, MethodLine method) {
    html.open("li", "class", "card");
    html.element("p", student.title(), "class", "card-name");
    figure(html, model, method.test());
    html.element(
        "p",
        model.question().part() + " " + model.question().metric() + unit(model),
        "class",
        "figure-of");
    if (model.taught()) {
      html.open("p");
      html.element("strong", percentSign(model.ratio(method.test())));
      html.text(
          model.unit().rises()
              ? " of the teacher\u2019s with "
              : " of the teacher\u2019s, of which less is better, with ");
      html.element("strong", percentSign(model.share(student.cost()))).text(" of its MACs");
      html.close("p");
    }
    html.code(student.architecture());
    html.close("li");
  }

  private static void figure(HtmlWriter html, ReportModel model, ScoreFigure score) {
    html.open("p", "class", "figure").text(model.unit().figure(score.value()));
    String error = model.unit().plusMinus(score);
    if (!error.isEmpty()) {
      html.element("span", error);
    }
    html.close("p");
  }

  private static void table(HtmlWriter html, ReportModel model) {
    boolean floors = !model.floors().isEmpty();
    WhiskerPlot whiskers = WhiskerPlot.of(model);
    HtmlReport.openTable(html, "students", "Students and the teacher");
    html.open("thead").open("tr");
    String metric = model.question().metric();
    column(html, "Student, and how it was trained", "");
    String part = model.question().heading() + " ";
    column(html, part + metric + unit(model), "n");
    html.open("th", "scope", "col", "class", "w");
    html.element("span", part + metric + " \u00B1 one standard error", "class", "unseen");
    whiskers.head(html);
    html.close("th");
    column(html, "of teacher\u2019s " + metric + ", %", "n");
    column(html, "Dev " + metric + unit(model), "n");
    column(html, "Para\u00ADmeters", "n");
    column(html, "MACs", "n");
    column(html, "FLOPs", "n");
    column(html, "of teacher\u2019s MACs, %", "n");
    html.close("tr").close("thead").line();
    if (model.taught()) {
      teacher(html, model, whiskers);
    }
    for (StudentLine student : model.students()) {
      html.open("tbody").line();
      group(html, model, student);
      for (MethodLine method : student.methods()) {
        html.open("tr", "class", method.delivered() ? "delivered" : "method");
        name(html, method);
        scores(html, model, whiskers, method.dev(), method.test());
        blank(html, 4);
        html.close("tr").line();
      }
      html.close("tbody").line();
    }
    if (floors) {
      html.open("tbody").line();
      for (MethodLine floor : model.floors()) {
        html.open("tr", "class", "floor");
        name(html, floor);
        scores(html, model, whiskers, floor.dev(), floor.test());
        blank(html, 4);
        html.close("tr").line();
      }
      html.close("tbody");
    }
    HtmlReport.closeTable(html);
  }

  private static void teacher(HtmlWriter html, ReportModel model, WhiskerPlot whiskers) {
    TeacherLine teacher = model.teacher();
    html.open("tbody").open("tr", "class", "group teacher-row");
    html.open("th", "scope", "row");
    link(html, "Teacher: " + teacher.name(), teacher.path());
    html.code(teacher.architecture());
    if (!teacher.detail().isBlank()) {
      html.element("small", teacher.detail());
    }
    html.close("th");
    scores(html, model, whiskers, teacher.dev(), teacher.test());
    costs(html, model, teacher.cost());
    html.close("tr").close("tbody").line();
  }

  private static void group(HtmlWriter html, ReportModel model, StudentLine student) {
    html.open("tr", "class", "group").open("th", "scope", "rowgroup", "colspan", "5");
    link(html, student.name(), student.path());
    chip(html, "budget ", student.budget());
    chip(html, "sub-space ", student.subSpace());
    html.code(student.architecture()).close("th");
    costs(html, model, student.cost());
    html.close("tr").line();
  }

  private static void chip(HtmlWriter html, String what, String value) {
    if (!value.isBlank()) {
      html.text(" ").element("span", what + value, "class", "chip");
    }
  }

  private static void name(HtmlWriter html, MethodLine method) {
    html.open("th", "scope", "row");
    link(html, method.method(), method.path());
    if (method.delivered()) {
      html.text(" ").element("span", "delivered", "class", "tag");
    }
    if (!method.detail().isBlank()) {
      html.element("small", method.detail());
    }
    html.close("th");
  }

  private static void costs(HtmlWriter html, ReportModel model, CostFigures cost) {
    counted(html, cost.parameters());
    counted(html, cost.macs());
    counted(html, cost.flops());
    html.element("td", Figures.percent(model.share(cost)), "class", "n");
  }

  private static void counted(HtmlWriter html, double value) {
    html.element("td", Figures.compact(value), "class", "n", "title", Figures.whole(value));
  }

  private static void scores(
      HtmlWriter html, ReportModel model, WhiskerPlot whiskers, ScoreFigure dev, ScoreFigure test) {
    html.element("td", model.unit().score(test), "class", "n main");
    html.open("td", "class", "w");
    whiskers.write(html, test);
    html.close("td");
    html.element("td", Figures.percent(model.ratio(test)), "class", "n");
    html.element("td", model.unit().score(dev), "class", "n");
  }

  /** The costs of an architecture stand once, in the row of its name. */
  private static void blank(HtmlWriter html, int cells) {
    html.element("td", "", "colspan", Integer.toString(cells));
  }

  private static void column(HtmlWriter html, String name, String cssClass) {
    html.element("th", name, "scope", "col", "class", cssClass);
  }

  private static void link(HtmlWriter html, String text, String path) {
    String href = HtmlWriter.href(path);
    if (href.isEmpty()) {
      html.element("span", text, "class", "what");
    } else {
      html.element("a", text, "class", "what", "href", href);
    }
  }

  private static String reading(ReportModel model) {
    List<ScoreFigure> tests = new ArrayList<>();
    tests.add(model.teacher().test());
    model.students().forEach(s -> s.methods().forEach(m -> tests.add(m.test())));
    double error = tests.stream()
        .mapToDouble(ScoreFigure::standardError)
        .filter(Double::isFinite)
        .max()
        .orElse(Double.NaN);
    if (!(error > 0)) {
      return "No standard error is known: small differences mean nothing.";
    }
    boolean share = model.unit().share();
    double apart = error * (share ? 100 : 1) * StrictMath.sqrt(2);
    int decimals = share ? 1 : 2;
    return String.format(
        Locale.ROOT,
        "\u00B1 is one standard error of the sample%s. Read rows that"
            + " differ by less than about %s%s (one standard error of a difference) as ties;"
            + " only from about %s%s is a difference clear.",
        model.taught() ? "; the dotted line is the teacher" : "",
        Figures.fixed(apart, decimals),
        share ? " points" : "",
        Figures.fixed(apart * 1.96, decimals),
        share ? " points" : "");
  }

  static String percentSign(double fraction) {
    return Double.isFinite(fraction)
        ? Figures.percent(fraction) + Figures.THIN + "%"
        : Figures.ABSENT;
  }

  static String orDash(String text) {
    return text.isBlank() ? Figures.ABSENT : text;
  }

  private static String unit(ReportModel model) {
    return model.question().metric().isBlank() ? "%" : model.unit().heading();
  }
}
