package dev.retort.pipeline.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * All scored candidates: multiply-accumulates (log scale) against the search's score, with the
 * Pareto front, the budgets, the chosen ones and the teacher.
 */
final class ScatterChart {
  /** Beyond so many candidates the points carry no titles: the log has them. */
  static final int MOST_TITLES = 1500;

  private final ReportModel model;
  private final SearchReport search;
  private final List<CandidateLine> shown;
  private final boolean titles;
  private final List<Rule> rules;
  private final ChartFrame frame;
  private final LabelPlacer placer;

  /** A budget as a vertical line with its name above the plot. */
  private record Rule(String label, double x, double centre, int row) {}

  /**
   * A chart of the given size.
   *
   * @param titles whether each point carries its figures
   */
  ScatterChart(ReportModel model, double width, double height, boolean titles) {
    this.model = model;
    this.search = model.search();
    this.shown = shown(search);
    this.titles = titles && shown.size() <= MOST_TITLES;
    double[] macs = DoubleStream.concat(
            shown.stream().mapToDouble(CandidateLine::macs),
            DoubleStream.concat(
                model.question().budgets().stream().mapToDouble(BudgetLine::macs),
                DoubleStream.of(model.teacher().cost().macs())))
        .filter(m -> Double.isFinite(m) && m > 0)
        .toArray();
    double low = DoubleStream.of(macs).min().orElse(1);
    double high = DoubleStream.of(macs).max().orElse(10);
    ChartScale cost = ChartScale.log(low, high, width < 600 ? 5 : 8);
    double left = 48;
    double right = width - 14;
    this.rules = rules(model.question().budgets(), cost, left, right);
    int rows = rules.stream().mapToInt(Rule::row).max().orElse(-1) + 1;
    double top = 22 + ChartFrame.LINE * rows;
    frame = new ChartFrame(width, height, left, right, top, height - 44, cost, scores());
    placer = new LabelPlacer(new LabelPlacer.Box(
        frame.left() + 4, frame.top() + 2, frame.right() + 12, frame.bottom() - 2));
  }

  /** The candidates that can be drawn. */
  static List<CandidateLine> shown(SearchReport search) {
    return search.candidates().stream()
        .filter(c -> Double.isFinite(c.score()) && Double.isFinite(c.macs()) && c.macs() > 0)
        .toList();
  }

  /** The candidates that no other beats in both cost and score, by ascending cost. */
  static List<CandidateLine> front(SearchReport search) {
    List<CandidateLine> sorted = new ArrayList<>(shown(search));
    sorted.sort(Comparator.comparingDouble(CandidateLine::macs)
        .thenComparingDouble(CandidateLine::score)
        .thenComparing(CandidateLine::architecture));
    List<CandidateLine> front = new ArrayList<>();
    double best = Double.POSITIVE_INFINITY;
    for (CandidateLine candidate : sorted) {
      if (candidate.score() < best) {
        best = candidate.score();
        front.add(candidate);
      }
    }
    return front;
  }

  /** Writes the drawing; {@code id} must be unique in the page. */
  void write(HtmlWriter html, String id, String cssClass) {
    String title = "All scored candidates, cost against " + search.score();
    frame.begin(html, id, cssClass, title, description());
    String scale = frame.vertical().logarithmic() ? ", log scale" : "";
    frame.axes(html, "multiply-accumulates an example, log scale", search.score() + scale);
    rules(html);
    front(html);
    points(html);
    teacher(html);
    chosen(html);
    html.close("svg");
  }

  private String description() {
    StringBuilder words = new StringBuilder();
    words.append(shown.size()).append(" candidates, ");
    words.append(front(search).size()).append(" of them on the front.");
    for (CandidateLine candidate : shown) {
      if (!candidate.chosenFor().isEmpty()) {
        words.append(" Chosen for ").append(candidate.chosenFor()).append(": ");
        words.append(candidate.architecture()).append(", ");
        words.append(Figures.compact(candidate.macs())).append(" MACs, score ");
        words.append(Figures.loss(candidate.score())).append('.');
      }
    }
    return words.toString();
  }

  private ChartScale scores() {
    double[] scores = shown.stream().mapToDouble(CandidateLine::score).toArray();
    double low = DoubleStream.of(scores).min().orElse(0);
    double high = DoubleStream.of(scores).max().orElse(1);
    if (low > 0 && high >= 8 * low) {
      return ChartScale.log(low, high, 8);
    }
    double teacher = search.teacherScore();
    return ChartScale.linearFromZero(
        Double.isFinite(teacher) ? Math.min(low, teacher) : low, high, 6);
  }

  /** Places the names of the budgets above the plot, in further rows where they would meet. */
  private static List<Rule> rules(
      List<BudgetLine> budgets, ChartScale cost, double left, double right) {
    List<BudgetLine> sorted = budgets.stream()
        .filter(b -> Double.isFinite(b.macs()) && b.macs() > 0)
        .sorted(Comparator.comparingDouble(BudgetLine::macs))
        .toList();
    List<Rule> rules = new ArrayList<>();
    List<Double> taken = new ArrayList<>();
    for (BudgetLine budget : sorted) {
      String label = "budget " + ChartFrame.shorten(budget.label(), 18);
      double x = cost.between(budget.macs(), left, right);
      double half = ChartFrame.textWidth(label) / 2;
      double centre = Math.max(half, Math.min(x, right + 14 - half));
      int row = 0;
      while (row < taken.size() && taken.get(row) > centre - half) {
        row++;
      }
      double until = centre + half + 8;
      if (row == taken.size()) {
        taken.add(until);
      } else {
        taken.set(row, until);
      }
      rules.add(new Rule(label, x, centre, row));
    }
    return rules;
  }

  private void rules(HtmlWriter html) {
    for (Rule rule : rules) {
      double baseline = frame.top() - 6 - rule.row() * ChartFrame.LINE;
      ChartFrame.line(html, "budget", rule.x(), baseline + 4, rule.x(), frame.bottom());
      placer.line(rule.x(), baseline, rule.x(), frame.bottom());
      ChartFrame.text(html, "rule middle", rule.centre(), baseline, rule.label());
    }
  }

  private void front(HtmlWriter html) {
    StringBuilder path = new StringBuilder();
    double lastX = 0;
    double level = frame.top();
    for (CandidateLine candidate : front(search)) {
      double x = frame.x(candidate.macs());
      double y = frame.y(candidate.score());
      if (!path.isEmpty()) {
        placer.line(lastX, level, x, level);
      }
      step(path, x, level);
      step(path, x, y);
      placer.line(x, level, x, y);
      lastX = x;
      level = y;
    }
    if (!path.isEmpty()) {
      step(path, frame.right(), level);
      placer.line(lastX, level, frame.right(), level);
      html.empty("path", "class", "front", "d", path.toString());
    }
  }

  private static void step(StringBuilder path, double x, double y) {
    path.append(path.isEmpty() ? 'M' : 'L').append(Figures.at(x)).append(' ').append(Figures.at(y));
  }

  private void points(HtmlWriter html) {
    Map<Integer, StringBuilder> together = new TreeMap<>();
    for (CandidateLine candidate : shown) {
      int mark = mark(candidate.subSpace());
      double x = frame.x(candidate.macs());
      double y = frame.y(candidate.score());
      placer.mark(x, y, candidate.chosenFor().isEmpty() ? 4 : 10);
      String path = ChartMark.shape(mark, x, y, 3.6);
      if (titles) {
        html.open("path", "class", "point c" + mark, "d", path);
        html.element("title", caption(candidate)).close("path");
      } else {
        together.computeIfAbsent(mark, m -> new StringBuilder()).append(path);
      }
    }
    together.forEach(
        (mark, path) -> html.empty("path", "class", "point c" + mark, "d", path.toString()));
  }

  private static String caption(CandidateLine candidate) {
    return candidate.architecture()
        + "\n"
        + candidate.subSpace()
        + ", "
        + Figures.compact(candidate.macs())
        + " MACs, score "
        + Figures.loss(candidate.score());
  }

  /** The teacher at its own score, or on the lower edge when the scale cannot show that. */
  private void teacher(HtmlWriter html) {
    double macs = model.teacher().cost().macs();
    if (!Double.isFinite(macs) || macs <= 0) {
      return;
    }
    double score = search.teacherScore();
    double x = frame.x(macs);
    boolean fits = frame.vertical().shows(score)
        && frame.vertical().position(score) >= 0
        && frame.vertical().position(score) <= 1;
    double y = fits ? frame.y(score) : frame.bottom();
    html.empty("path", "class", "teacher", "d", ChartMark.star(x, y, 8));
    placer.mark(x, y, 8);
    String figure = Double.isFinite(score) && !fits ? " (" + Figures.loss(score) + ")" : "";
    label(html, "teacher" + figure, "", x, y);
  }

  private void chosen(HtmlWriter html) {
    for (CandidateLine candidate : shown) {
      if (candidate.chosenFor().isEmpty()) {
        continue;
      }
      double x = frame.x(candidate.macs());
      double y = frame.y(candidate.score());
      html.empty("circle", "class", "chosen", "cx", Figures.at(x), "cy", Figures.at(y), "r", "8");
      String label = "chosen: " + ChartFrame.shorten(candidate.chosenFor(), 24);
      String figures =
          Figures.compact(candidate.macs()) + " MACs, " + Figures.loss(candidate.score());
      label(html, label, figures, x, y);
    }
  }

  private void label(HtmlWriter html, String first, String second, double x, double y) {
    double width = Math.max(ChartFrame.textWidth(first), ChartFrame.textWidth(second)) + 4;
    double height = ChartFrame.LINE * (second.isEmpty() ? 1 : 2) + 2;
    LabelPlacer.Box box = placer.place(x, y, width, height);
    double nearX = Math.max(box.left(), Math.min(x, box.right()));
    double nearY = Math.max(box.top(), Math.min(y, box.bottom()));
    double distance = StrictMath.hypot(nearX - x, nearY - y);
    if (distance > 14) {
      double ux = (nearX - x) / distance;
      double uy = (nearY - y) / distance;
      ChartFrame.line(html, "leader", x + ux * 9, y + uy * 9, nearX - ux * 2, nearY - uy * 2);
    }
    boolean leftOf = box.right() <= x;
    String css = leftOf ? "callout end" : "callout";
    double at = leftOf ? box.right() - 2 : box.left() + 2;
    ChartFrame.text(html, css + " strong", at, box.top() + 12, first);
    if (!second.isEmpty()) {
      ChartFrame.text(html, css, at, box.top() + 12 + ChartFrame.LINE, second);
    }
  }

  /** Colour and shape of a sub-space, from 1 to 6; an unknown one comes after the known ones. */
  int mark(String subSpace) {
    List<String> names = search.subSpaces().stream().map(SubSpaceLine::name).toList();
    int index = names.indexOf(subSpace);
    return (index < 0 ? names.size() : index) % 6 + 1;
  }
}
