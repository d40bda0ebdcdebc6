package dev.retort.pipeline.report;

import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The table of students as plain text for the terminal and as Markdown for a README.
 *
 * <p>Text is at most {@value #WIDTH} columns wide: longer names and paths go on in the next line,
 * so that no figure and no path is ever cut.
 */
public final class SummaryTable {
  private static final int WIDTH = 100;
  private static final int NAME = 38;
  private static final int LONGEST_HEADING = 12;
  private static final int[] COLUMNS = {11, 9, 14, 14, 14};

  private final ReportModel model;
  private final CharsetEncoder encoder;
  private final StringBuilder out = new StringBuilder();

  private SummaryTable(ReportModel model, Charset charset) {
    this.model = model;
    this.encoder = charset.newEncoder();
  }

  /** The table as text, each line ended by a line feed. */
  public static String text(ReportModel model) {
    return text(model, StandardCharsets.UTF_8);
  }

  /**
   * The table as text for a terminal of the given charset: where that lacks the signs, {@code +-}
   * stands for the plus-minus and {@code -} for what is not known.
   */
  public static String text(ReportModel model, Charset charset) {
    return new SummaryTable(model, charset).render();
  }

  /** The table as GitHub-flavoured Markdown, each line ended by a line feed. */
  public static String markdown(ReportModel model) {
    return MarkdownTable.of(model);
  }

  private String render() {
    String asked = model.question().metric();
    ScoreUnit unit = model.unit();
    boolean fits = asked.length() + unit.heading().length() <= LONGEST_HEADING;
    String metric = asked.isBlank() || !fits ? "score" : asked;
    line("", List.of("", "", "of teacher's", model.question().part(), "of teacher's"));
    line("Network", List.of("parameters", "MACs", "MACs", metric + unit.heading(), metric));
    out.append("-".repeat(NAME + totalWidth())).append('\n');
    TeacherLine teacher = model.teacher();
    if (model.taught()) {
      line("Teacher: " + teacher.name(), figures(costs(model, teacher.cost()), teacher.test()));
      below(teacher.architecture());
      below(teacher.path());
      out.append('\n');
    }
    for (StudentLine student : model.students()) {
      out.append(student.equals(model.students().get(0)) ? "" : "\n");
      List<String> cells = new ArrayList<>(costs(model, student.cost()));
      cells.addAll(List.of("", ""));
      line(student.title(), cells);
      below(student.architecture());
      below(student.path());
      for (MethodLine method : student.methods()) {
        String mark = method.delivered() ? "* " : "  ";
        line(mark + method.method(), figures(List.of("", "", ""), method.test()));
      }
    }
    if (!model.floors().isEmpty()) {
      out.append('\n');
    }
    for (MethodLine floor : model.floors()) {
      String detail = floor.detail().isBlank() ? "" : ", " + floor.detail();
      line(floor.method() + detail, figures(List.of("", "", ""), floor.test()));
    }
    boolean delivered =
        model.students().stream().anyMatch(s -> s.methods().stream().anyMatch(m -> m.delivered()));
    if (delivered) {
      String foot = "* the student that is handed over; \u00B1 one standard error"
          + (unit.rises() ? "" : "; less " + metric + " is better");
      out.append('\n').append(clean(foot)).append('\n');
    }
    return out.toString();
  }

  private List<String> figures(List<String> costs, ScoreFigure test) {
    List<String> cells = new ArrayList<>(costs);
    cells.add(model.unit().score(test));
    cells.add(percent(model.ratio(test)));
    return cells;
  }

  static List<String> costs(ReportModel model, CostFigures cost) {
    return List.of(
        Figures.compact(cost.parameters(), " "),
        Figures.compact(cost.macs(), " "),
        percent(model.share(cost)));
  }

  static String percent(double fraction) {
    return Double.isFinite(fraction) ? Figures.percent(fraction) + " %" : Figures.ABSENT;
  }

  /** The name, wrapped if it is too long, and the cells flush right behind its first part. */
  private void line(String name, List<String> cells) {
    List<String> parts = wrap(clean(name), NAME - 1);
    StringBuilder line = new StringBuilder(pad(parts.get(0), NAME));
    for (int i = 0; i < COLUMNS.length; i++) {
      String cell = clean(cells.get(i));
      line.append(" ".repeat(Math.max(1, COLUMNS[i] - length(cell)))).append(cell);
    }
    out.append(line.toString().stripTrailing()).append('\n');
    for (String rest : parts.subList(1, parts.size())) {
      out.append("    ").append(rest).append('\n');
    }
  }

  /** A text of its own below a line; nothing when it is empty. */
  private void below(String text) {
    if (!text.isBlank()) {
      wrap(clean(text), WIDTH - 4).forEach(p -> out.append("    ").append(p).append('\n'));
    }
  }

  /** Parts of at most so many characters, broken after spaces, commas and slashes if any. */
  static List<String> wrap(String text, int width) {
    List<String> parts = new ArrayList<>();
    String rest = text;
    while (length(rest) > width) {
      int limit = rest.offsetByCodePoints(0, width);
      int end = limit;
      for (int i = limit; i > limit / 2; i--) {
        if (" ,/".indexOf(rest.charAt(i - 1)) >= 0) {
          end = i;
          break;
        }
      }
      parts.add(rest.substring(0, end).stripTrailing());
      rest = rest.substring(end).stripLeading();
    }
    if (!rest.isEmpty() || parts.isEmpty()) {
      parts.add(rest);
    }
    return parts;
  }

  private static int totalWidth() {
    int total = 0;
    for (int column : COLUMNS) {
      total += column;
    }
    return total;
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - length(text)));
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** In signs that the terminal has and without control characters: no name may steer it. */
  private String clean(String text) {
    StringBuilder clean = new StringBuilder();
    text.codePoints().forEach(c -> {
      String sign = Character.toString(c);
      if (Character.isISOControl(c)) {
        clean.append('?');
      } else if (encoder.canEncode(sign)) {
        clean.append(sign);
      } else {
        clean.append(c == 0xB1 ? "+-" : c == 0x2014 || c == 0x2212 ? "-" : "?");
      }
    });
    return clean.toString();
  }
}
