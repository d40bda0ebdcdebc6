package dev.retort.pipeline.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Finds room for labels beside their points: of a ring of places around the point, the one that
 * covers no other label and the fewest marks.
 */
final class LabelPlacer {
  /** A rectangle of the drawing. */
  record Box(double left, double top, double right, double bottom) {
    boolean meets(Box other) {
      return left <= other.right
          && other.left <= right
          && top <= other.bottom
          && other.top <= bottom;
    }

    boolean within(Box other) {
      return left >= other.left
          && right <= other.right
          && top >= other.top
          && bottom <= other.bottom;
    }
  }

  private static final double[] DISTANCES = {13, 22, 34, 50, 70, 95, 125};
  private static final int DIRECTIONS = 16;

  private final Box area;
  private final List<Box> labels = new ArrayList<>();
  private final List<Box> marks = new ArrayList<>();

  /** Labels stay within the given area. */
  LabelPlacer(Box area) {
    this.area = area;
  }

  /** A mark that labels should not cover. */
  void mark(double x, double y, double radius) {
    marks.add(new Box(x - radius, y - radius, x + radius, y + radius));
  }

  /** A line, upright or level, that labels should not cover. */
  void line(double x1, double y1, double x2, double y2) {
    marks.add(new Box(Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)));
  }

  /** A box of the given size for the label of the point, remembered as taken. */
  Box place(double x, double y, double width, double height) {
    record Choice(Box box, double price) {}
    List<Choice> choices = new ArrayList<>();
    for (double distance : DISTANCES) {
      for (int i = 0; i < DIRECTIONS; i++) {
        double angle = 2 * Math.PI * i / DIRECTIONS;
        double dx = StrictMath.cos(angle);
        double dy = -StrictMath.sin(angle);
        double centreX = x + dx * (distance + width / 2);
        double centreY = y + dy * (distance + height / 2);
        Box box = new Box(
            centreX - width / 2, centreY - height / 2, centreX + width / 2, centreY + height / 2);
        choices.add(new Choice(box, price(box) + distance));
      }
    }
    Box best = choices.stream()
        .min(Comparator.comparingDouble(Choice::price))
        .orElseThrow()
        .box();
    labels.add(best);
    return best;
  }

  private double price(Box box) {
    double price = box.within(area) ? 0 : 100_000;
    for (Box label : labels) {
      price += box.meets(label) ? 10_000 : 0;
    }
    for (Box mark : marks) {
      price += box.meets(mark) ? 60 : 0;
    }
    return price;
  }
}
