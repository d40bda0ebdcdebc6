package dev.retort.pipeline.report;

/**
 * The plotting area of a chart: its place in the drawing, its scales, its axes.
 *
 * @param width width of the whole drawing, in its own units
 * @param height height of the whole drawing
 * @param left where the plotting area begins
 * @param right where it ends
 * @param top its upper edge
 * @param bottom its lower edge
 * @param horizontal scale from {@code left} to {@code right}
 * @param vertical scale from {@code bottom} to {@code top}
 */
record ChartFrame(
    double width,
    double height,
    double left,
    double right,
    double top,
    double bottom,
    ChartScale horizontal,
    ChartScale vertical) {
  /** Height of a line of text, in units of the drawing. */
  static final double LINE = 15;

  /** About how wide a text is drawn: system fonts differ, so this errs on the wide side. */
  static double textWidth(String text) {
    return text.codePointCount(0, text.length()) * 6.7;
  }

  /** The text cut to so many characters, an ellipsis where some are gone. */
  static String shorten(String text, int characters) {
    if (text.codePointCount(0, text.length()) <= characters) {
      return text;
    }
    int end = text.offsetByCodePoints(0, characters - 1);
    return text.substring(0, end).stripTrailing() + "\u2026";
  }

  double x(double value) {
    return horizontal.between(value, left, right);
  }

  double y(double value) {
    return vertical.between(value, bottom, top);
  }

  /** Opens the drawing with its title and description, which screen readers read. */
  void begin(HtmlWriter html, String id, String cssClass, String title, String description) {
    html.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "class",
        "chart " + cssClass,
        "viewBox",
        "0 0 " + Figures.at(width) + " " + Figures.at(height),
        "role",
        "img",
        "aria-labelledby",
        id + "-title " + id + "-desc");
    html.element("title", title, "id", id + "-title");
    html.element("desc", description, "id", id + "-desc");
  }

  /** Grid, ticks and names of the axes. */
  void axes(HtmlWriter html, String horizontalName, String verticalName) {
    html.open("g", "class", "axes", "aria-hidden", "true");
    for (double tick : vertical.ticks()) {
      line(html, "grid", left, y(tick), right, y(tick));
      text(html, "tick end", left - 7, y(tick) + 4, vertical.label(tick));
    }
    double free = Double.NEGATIVE_INFINITY;
    for (double tick : horizontal.ticks()) {
      line(html, "mark", x(tick), bottom, x(tick), bottom + 5);
      String label = horizontal.label(tick);
      double half = textWidth(label) / 2;
      if (x(tick) - half > free) {
        text(html, "tick middle", x(tick), bottom + 18, label);
        free = x(tick) + half + 4;
      }
    }
    line(html, "axis", left, bottom, right, bottom);
    text(html, "name", 0, 12, verticalName);
    text(html, "name end", right, bottom + 36, horizontalName);
    html.close("g");
  }

  static void line(HtmlWriter html, String cssClass, double x1, double y1, double x2, double y2) {
    html.empty(
        "line",
        "class",
        cssClass,
        "x1",
        Figures.at(x1),
        "y1",
        Figures.at(y1),
        "x2",
        Figures.at(x2),
        "y2",
        Figures.at(y2));
  }

  static void text(HtmlWriter html, String cssClass, double x, double y, String text) {
    html.element("text", text, "class", cssClass, "x", Figures.at(x), "y", Figures.at(y));
  }
}
