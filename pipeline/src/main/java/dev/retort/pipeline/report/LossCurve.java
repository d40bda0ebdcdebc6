package dev.retort.pipeline.report;

import java.util.ArrayList;
import java.util.List;

/**
 * One curve of a chart. Long curves are drawn as means of equally many points each.
 *
 * @param name its name in the legend
 * @param role what it stands for; decides how it is drawn
 * @param points its points in ascending order of step; those that are not finite leave a gap
 */
public record LossCurve(String name, Role role, List<Point> points) {
  /** What a curve stands for. */
  public enum Role {
    /** The whole training loss: a heavy line. */
    TOTAL,
    /** One term of it, unweighted or weighted as its name says: a light line. */
    TERM,
    /** Measured on held-out examples: dots joined by a dashed line. */
    HELD_OUT
  }

  /**
   * One measurement.
   *
   * @param step the step, epoch or whatever the axis counts
   * @param loss the loss
   */
  public record Point(double step, double loss) {}

  /** Copies the list. */
  public LossCurve {
    points = List.copyOf(points);
  }

  /** The curve through {@code (steps[i], losses[i])}. */
  public static LossCurve of(String name, Role role, double[] steps, double[] losses) {
    if (steps.length != losses.length) {
      throw new IllegalArgumentException(
          "Curve " + name + " has " + steps.length + " steps but " + losses.length + " losses");
    }
    List<Point> points = new ArrayList<>(steps.length);
    for (int i = 0; i < steps.length; i++) {
      points.add(new Point(steps[i], losses[i]));
    }
    return new LossCurve(name, role, points);
  }
}
