package dev.retort.distill.evaluate;

import dev.retort.data.Metric;

/**
 * Normalised mean error of landmarks (Sagonas et al., ICCV Workshops 2013): the mean distance
 * between predicted and true points over the size of the object, mean over examples. Rows are x, y
 * of the first point, x, y of the second and so on, in any one unit.
 *
 * @param size what the size of an object is
 */
public record Nme(Size size) implements DenseMeasure {

  /** What the size of an object is, by its true landmarks. */
  public sealed interface Size {
    /**
     * The distance of two of them: inter-ocular where they are the outer corners of the eyes,
     * points 36 and 45 of the usual 68.
     *
     * @param first a point, from 0
     * @param second another
     */
    record Between(int first, int second) implements Size {
      /** Checks that there are two points. */
      public Between {
        if (first < 0 || second < 0 || first == second) {
          throw new IllegalArgumentException(
              "nme needs the distance of two points, from 0, not of (" + first + ") and (" + second
                  + ")");
        }
      }

      @Override
      public double of(float[] points) {
        if (2 * Math.max(first, second) >= points.length) {
          throw new IllegalArgumentException("nme is by points (" + first + ") and (" + second
              + "), but there are (" + points.length / 2 + ")");
        }
        return Math.hypot(
            (double) points[2 * first] - points[2 * second],
            (double) points[2 * first + 1] - points[2 * second + 1]);
      }
    }

    /** The square root of the area of the smallest upright box around them. */
    record Box() implements Size {
      @Override
      public double of(float[] points) {
        return Math.sqrt(extent(points, 0) * extent(points, 1));
      }

      private static double extent(float[] points, int from) {
        double least = points[from];
        double most = points[from];
        for (int i = from; i < points.length; i += 2) {
          least = Math.min(least, points[i]);
          most = Math.max(most, points[i]);
        }
        return most - least;
      }
    }

    /** The size of an object with these points, x and y in turn. */
    double of(float[] points);
  }

  @Override
  public Score of(float[][] predictions, float[][] targets) {
    Rows.check(Metric.NME, predictions, targets);
    double[] errors = new double[targets.length];
    for (int i = 0; i < errors.length; i++) {
      Rows.sameLength(Metric.NME, i, predictions[i], targets[i]);
      if (targets[i].length % 2 != 0) {
        throw new IllegalArgumentException(
            "nme needs x and y of each point, not (" + targets[i].length + ") numbers");
      }
      double scale = size.of(targets[i]);
      if (scale == 0) {
        throw new IllegalArgumentException(
            "nme: the landmarks of example " + i + " have no size by (" + size + ")");
      }
      errors[i] = distance(predictions[i], targets[i]) / scale;
    }
    return Rows.mean(Metric.NME, errors);
  }

  /** The mean distance of the points of two rows. */
  private static double distance(float[] found, float[] points) {
    double sum = 0;
    for (int i = 0; i < points.length; i += 2) {
      sum += Math.hypot((double) found[i] - points[i], (double) found[i + 1] - points[i + 1]);
    }
    return sum / (points.length / 2);
  }
}
