package dev.retort.pipeline.report;

import java.util.List;

/** The table of students as GitHub-flavoured Markdown. */
final class MarkdownTable {
  private static final List<String> NO_COSTS = List.of("", "", "");
  private static final List<String> NO_SCORES = List.of("", "");

  private MarkdownTable() {}

  static String of(ReportModel model) {
    String asked = model.question().metric();
    String metric = asked.isBlank() ? "score" : literal(asked);
    StringBuilder out = new StringBuilder();
    out.append("| Network | Parameters | MACs | of teacher's MACs | ")
        .append(model.question().heading())
        .append(' ')
        .append(metric);
    out.append(model.unit().heading()).append(" | of teacher's ").append(metric).append(" |\n");
    out.append("|---|---:|---:|---:|---:|---:|\n");
    TeacherLine teacher = model.teacher();
    if (model.taught()) {
      row(
          out,
          "**Teacher** " + code(teacher.architecture()) + detail(teacher.detail()),
          SummaryTable.costs(model, teacher.cost()),
          scores(model, teacher.test(), false));
    }
    for (StudentLine student : model.students()) {
      row(
          out,
          "**" + literal(student.name()) + "** " + code(student.architecture()),
          SummaryTable.costs(model, student.cost()),
          NO_SCORES);
      for (MethodLine method : student.methods()) {
        method(out, model, method);
      }
    }
    for (MethodLine floor : model.floors()) {
      method(out, model, floor);
    }
    return out.toString();
  }

  private static void method(StringBuilder out, ReportModel model, MethodLine method) {
    String name = literal(method.method());
    String shown = method.delivered() ? "**" + name + "**" : name;
    row(
        out,
        shown + detail(method.detail()),
        NO_COSTS,
        scores(model, method.test(), method.delivered()));
  }

  private static String detail(String text) {
    return text.isBlank() ? "" : " (" + literal(text) + ")";
  }

  private static List<String> scores(ReportModel model, ScoreFigure test, boolean strong) {
    String score = model.unit().score(test);
    return List.of(strong ? "**" + score + "**" : score, SummaryTable.percent(model.ratio(test)));
  }

  private static void row(StringBuilder out, String name, List<String> costs, List<String> scores) {
    out.append("| ").append(name.strip());
    costs.forEach(cell -> out.append(" | ").append(cell));
    scores.forEach(cell -> out.append(" | ").append(cell));
    out.append(" |\n");
  }

  private static String code(String text) {
    return text.isBlank() ? "" : "`" + oneLine(text).replace("`", "'").replace("|", "\\|") + "`";
  }

  /** Text whose signs Markdown takes as they are. */
  private static String literal(String text) {
    StringBuilder literal = new StringBuilder();
    for (char sign : oneLine(text).toCharArray()) {
      switch (sign) {
        case '&' -> literal.append("&amp;");
        case '<' -> literal.append("&lt;");
        case '\\', '|', '*', '_', '`', '[', ']', '~' -> literal.append('\\').append(sign);
        default -> literal.append(sign);
      }
    }
    return literal.toString();
  }

  private static String oneLine(String text) {
    return text.codePoints()
        .map(c -> Character.isISOControl(c) ? ' ' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
