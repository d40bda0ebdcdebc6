package dev.retort.pipeline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * Loss curves over steps, as SVG with labels at the ends of the curves.
 *
 * <p>A curve of more than {@value #MOST_POINTS} points is drawn as the mean of equally many
 * neighbouring points each; the total also shows the range between their lowest and highest as a
 * band, so that the noise is seen and not hidden.
 */
final class LineChart {
  static final int MOST_POINTS = 80;

  private static final double WIDTH = 440;
  private static final double HEIGHT = 270;
  private static final int LABEL_CHARACTERS = 16;

  private final LossPlot plot;
  private final List<Trace> traces = new ArrayList<>();
  private final ChartFrame frame;

  /** One curve ready to be drawn. */
  private record Trace(LossCurve curve, int colour, List<Bucket> buckets) {}

  /** Neighbouring points: where they lie, their mean, lowest and highest. */
  private record Bucket(double step, double mean, double low, double high) {
    boolean shown() {
      return Double.isFinite(mean);
    }
  }

  LineChart(LossPlot plot) {
    this.plot = plot;
    boolean logarithmic = isLogarithmic(plot);
    for (int i = 0; i < plot.curves().size(); i++) {
      LossCurve curve = plot.curves().get(i);
      traces.add(new Trace(curve, i % 6 + 1, buckets(curve, logarithmic)));
    }
    double labels = plot.curves().stream()
        .mapToDouble(c -> ChartFrame.textWidth(label(c)))
        .max()
        .orElse(0);
    frame = new ChartFrame(
        WIDTH,
        HEIGHT,
        48,
        WIDTH - Math.max(labels + 14, 16),
        28,
        HEIGHT - 44,
        steps(),
        losses(logarithmic));
  }

  /** Whether there is any point to draw. */
  boolean hasPoints() {
    return traces.stream().flatMap(t -> t.buckets().stream()).anyMatch(Bucket::shown);
  }

  /** About how many points a mean of the longest curve takes together; 1: all are drawn. */
  int pointsInABucket() {
    int longest = plot.curves().stream().mapToInt(c -> c.points().size()).max().orElse(0);
    return longest <= MOST_POINTS ? 1 : Math.max(2, Math.round((float) longest / MOST_POINTS));
  }

  /** The first and the last loss of a curve as it is drawn; NaN without points. */
  static double[] ends(LossCurve curve) {
    double[] drawn = buckets(curve, false).stream()
        .filter(Bucket::shown)
        .mapToDouble(Bucket::mean)
        .toArray();
    return drawn.length == 0
        ? new double[] {Double.NaN, Double.NaN}
        : new double[] {drawn[0], drawn[drawn.length - 1]};
  }

  /** Writes the drawing; {@code id} must be unique in the page. */
  void write(HtmlWriter html, String id) {
    frame.begin(html, id, "lines", plot.stage() + ": " + plot.title(), description());
    String scale = frame.vertical().logarithmic() ? ", log scale" : "";
    frame.axes(html, plot.stepLabel(), plot.lossLabel() + scale);
    for (Trace trace : traces) {
      band(html, trace);
    }
    for (Trace trace : traces) {
      curve(html, trace);
    }
    labels(html);
    html.close("svg");
  }

  private String description() {
    StringBuilder words = new StringBuilder();
    for (LossCurve curve : plot.curves()) {
      double[] ends = ends(curve);
      words.append(words.isEmpty() ? "" : "; ").append(curve.name()).append(": ");
      words.append(Figures.loss(ends[0])).append(" to ").append(Figures.loss(ends[1]));
    }
    return words.isEmpty() ? "No curves." : words.append('.').toString();
  }

  private void band(HtmlWriter html, Trace trace) {
    boolean wide = trace.buckets().stream().anyMatch(b -> b.shown() && b.low() < b.high());
    if (trace.curve().role() != LossCurve.Role.TOTAL || !wide) {
      return;
    }
    for (List<Bucket> run : runs(trace.buckets())) {
      StringBuilder path = new StringBuilder();
      for (Bucket bucket : run) {
        point(path, bucket.step(), bucket.high());
      }
      for (int i = run.size() - 1; i >= 0; i--) {
        point(path, run.get(i).step(), run.get(i).low());
      }
      html.empty(
          "path", "class", "band c" + trace.colour(), "d", path.append('Z').toString());
    }
  }

  private void curve(HtmlWriter html, Trace trace) {
    String kind = trace.curve().role().name().toLowerCase(Locale.ROOT).replace('_', '-');
    String colour = " c" + trace.colour();
    StringBuilder path = new StringBuilder();
    for (List<Bucket> run : runs(trace.buckets())) {
      StringBuilder part = new StringBuilder();
      for (Bucket bucket : run) {
        point(part, bucket.step(), bucket.mean());
      }
      path.append(part);
      if (run.size() == 1 && trace.curve().role() != LossCurve.Role.HELD_OUT) {
        dot(html, run.get(0), colour);
      }
    }
    if (!path.isEmpty()) {
      html.empty("path", "class", "curve " + kind + colour, "d", path.toString());
    }
    if (trace.curve().role() == LossCurve.Role.HELD_OUT) {
      trace.buckets().stream().filter(Bucket::shown).forEach(b -> dot(html, b, colour));
    }
  }

  private void dot(HtmlWriter html, Bucket bucket, String colour) {
    html.empty(
        "circle",
        "class",
        "dot" + colour,
        "cx",
        Figures.at(frame.x(bucket.step())),
        "cy",
        Figures.at(frame.y(bucket.mean())),
        "r",
        "2.6");
  }

  /** Labels at the right ends of the curves, pushed apart until none touches another. */
  private void labels(HtmlWriter html) {
    record Label(Trace trace, double wanted) {}
    List<Label> labels = new ArrayList<>();
    for (Trace trace : traces) {
      lastShown(trace).ifPresent(loss -> labels.add(new Label(trace, frame.y(loss))));
    }
    labels.sort((a, b) -> Double.compare(a.wanted(), b.wanted()));
    double[] wanted = labels.stream().mapToDouble(Label::wanted).toArray();
    double[] placed = apart(wanted, frame.top() - 4, frame.bottom(), ChartFrame.LINE);
    for (int i = 0; i < placed.length; i++) {
      Trace trace = labels.get(i).trace();
      String text = label(trace.curve());
      String css = "label c" + trace.colour();
      ChartFrame.text(html, css, frame.right() + 9, placed[i] + 4, text);
    }
  }

  /** Moves ascending positions apart by at least {@code gap}, within the ends if they fit. */
  static double[] apart(double[] wanted, double low, double high, double gap) {
    double[] placed = wanted.clone();
    for (int i = 0; i < placed.length; i++) {
      placed[i] = Math.max(placed[i], i == 0 ? low : placed[i - 1] + gap);
    }
    double limit = high;
    for (int i = placed.length - 1; i >= 0; i--) {
      placed[i] = Math.min(placed[i], limit);
      limit = placed[i] - gap;
    }
    return placed;
  }

  private static String label(LossCurve curve) {
    return ChartFrame.shorten(curve.name(), LABEL_CHARACTERS);
  }

  private static OptionalDouble lastShown(Trace trace) {
    return trace.buckets().stream()
        .filter(Bucket::shown)
        .mapToDouble(Bucket::mean)
        .reduce((first, second) -> second);
  }

  private void point(StringBuilder path, double step, double loss) {
    path.append(path.isEmpty() ? 'M' : 'L');
    path.append(Figures.at(frame.x(step))).append(' ').append(Figures.at(frame.y(loss)));
  }

  /** The stretches between gaps. */
  private static List<List<Bucket>> runs(List<Bucket> buckets) {
    List<List<Bucket>> runs = new ArrayList<>();
    List<Bucket> run = new ArrayList<>();
    for (Bucket bucket : buckets) {
      if (bucket.shown()) {
        run.add(bucket);
      } else if (!run.isEmpty()) {
        runs.add(run);
        run = new ArrayList<>();
      }
    }
    if (!run.isEmpty()) {
      runs.add(run);
    }
    return runs;
  }

  private static List<Bucket> buckets(LossCurve curve, boolean logarithmic) {
    List<LossCurve.Point> points = curve.points();
    int drawn = Math.min(points.size(), MOST_POINTS);
    List<Bucket> buckets = new ArrayList<>();
    for (int i = 0; i < drawn; i++) {
      int from = (int) ((long) points.size() * i / drawn);
      int to = (int) ((long) points.size() * (i + 1) / drawn);
      List<LossCurve.Point> part = points.subList(from, to);
      double[] losses = part.stream()
          .filter(p -> Double.isFinite(p.step()) && Double.isFinite(p.loss()))
          .mapToDouble(LossCurve.Point::loss)
          .filter(loss -> !logarithmic || loss > 0)
          .toArray();
      double step = part.stream()
          .mapToDouble(LossCurve.Point::step)
          .filter(Double::isFinite)
          .average()
          .orElse(Double.NaN);
      buckets.add(new Bucket(
          step,
          DoubleStream.of(losses).average().orElse(Double.NaN),
          DoubleStream.of(losses).min().orElse(Double.NaN),
          DoubleStream.of(losses).max().orElse(Double.NaN)));
    }
    return buckets;
  }

  private static boolean isLogarithmic(LossPlot plot) {
    double[] losses = plot.curves().stream()
        .flatMap(c -> c.points().stream())
        .mapToDouble(LossCurve.Point::loss)
        .filter(Double::isFinite)
        .toArray();
    double low = DoubleStream.of(losses).min().orElse(0);
    double high = DoubleStream.of(losses).max().orElse(0);
    return switch (plot.scale()) {
      case LINEAR -> false;
      case LOG -> high > 0;
      case AUTO -> low > 0 && high >= 10 * low;
    };
  }

  private ChartScale steps() {
    double[] steps = traces.stream()
        .flatMap(t -> t.buckets().stream())
        .mapToDouble(Bucket::step)
        .filter(Double::isFinite)
        .toArray();
    double low = DoubleStream.of(steps).min().orElse(0);
    double high = DoubleStream.of(steps).max().orElse(1);
    ChartScale nice = ChartScale.linearFromZero(low, high, 5);
    // The curves end where the training ends, not at the next round number.
    return high > nice.low()
        ? new ChartScale(
            false,
            nice.low(),
            high,
            nice.ticks().stream().filter(t -> t <= high).toList())
        : nice;
  }

  private ChartScale losses(boolean logarithmic) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Trace trace : traces) {
      boolean total = trace.curve().role() == LossCurve.Role.TOTAL;
      for (Bucket bucket : trace.buckets()) {
        if (bucket.shown()) {
          low = Math.min(low, total ? bucket.low() : bucket.mean());
          high = Math.max(high, total ? bucket.high() : bucket.mean());
        }
      }
    }
    if (!(low <= high)) {
      return ChartScale.linear(0, 1, 5);
    }
    return logarithmic ? ChartScale.log(low, high, 8) : ChartScale.linearFromZero(low, high, 5);
  }
}
