package dev.retort.pipeline.report;

/** Marks as paths, so that many of one kind can be one element. */
final class ChartMark {
  private ChartMark() {}

  /** A mark as a path: circle, square, triangle, diamond, triangle upside down, cross. */
  static String shape(int mark, double x, double y, double radius) {
    double r = radius;
    return switch (mark) {
      case 2 ->
        polygon(x, y, -0.9 * r, -0.9 * r, 0.9 * r, -0.9 * r, 0.9 * r, 0.9 * r, -0.9 * r, 0.9 * r);
      case 3 -> polygon(x, y, 0, -1.25 * r, 1.15 * r, 0.85 * r, -1.15 * r, 0.85 * r);
      case 4 -> polygon(x, y, 0, -1.3 * r, 1.3 * r, 0, 0, 1.3 * r, -1.3 * r, 0);
      case 5 -> polygon(x, y, 0, 1.25 * r, 1.15 * r, -0.85 * r, -1.15 * r, -0.85 * r);
      case 6 ->
        polygon(
            x, y, 0, -0.5 * r, 0.9 * r, -1.2 * r, 0.5 * r, 0, 0.9 * r, 1.2 * r, 0, 0.5 * r,
            -0.9 * r, 1.2 * r, -0.5 * r, 0, -0.9 * r, -1.2 * r);
      default -> circle(x, y, r);
    };
  }

  private static String circle(double x, double y, double r) {
    String arc = "a" + Figures.at(r) + " " + Figures.at(r) + " 0 1 0 ";
    return "M" + Figures.at(x - r) + " " + Figures.at(y) + arc + Figures.at(2 * r) + " 0" + arc
        + Figures.at(-2 * r) + " 0Z";
  }

  private static String polygon(double x, double y, double... offsets) {
    StringBuilder path = new StringBuilder();
    for (int i = 0; i < offsets.length; i += 2) {
      path.append(i == 0 ? 'M' : 'L').append(Figures.at(x + offsets[i]));
      path.append(' ').append(Figures.at(y + offsets[i + 1]));
    }
    return path.append('Z').toString();
  }

  /** A star of five points. */
  static String star(double x, double y, double radius) {
    double[] offsets = new double[20];
    for (int i = 0; i < 10; i++) {
      double reach = i % 2 == 0 ? radius : radius * 0.45;
      double angle = Math.PI * i / 5;
      offsets[2 * i] = reach * StrictMath.sin(angle);
      offsets[2 * i + 1] = -reach * StrictMath.cos(angle);
    }
    return polygon(x, y, offsets);
  }
}
