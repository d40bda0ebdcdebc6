package dev.retort.distill.train;

/**
 * The factor of a term of the loss over the steps of a stage: {@code from} before step {@code
 * begin}, {@code to} from step {@code end} on, and in between along a line or half a cosine.
 *
 * @param form how it goes from one to the other
 * @param from the factor at the beginning, at least 0
 * @param to the factor at the end, at least 0; not both are 0
 * @param begin the step, from 0, at which it begins to move
 * @param end the step from which it stays, at least {@code begin}
 */
public record WeightSchedule(Form form, double from, double to, long begin, long end) {
  /** How a factor goes from one value to another. */
  public enum Form {
    /** In equal parts a step. */
    LINEAR,
    /** Slowly at both ends: (1 - cos(pi t)) / 2 of the way. */
    COSINE
  }

  /** Checks the ranges. */
  public WeightSchedule {
    if (!(from >= 0 && from < Double.POSITIVE_INFINITY)
        || !(to >= 0 && to < Double.POSITIVE_INFINITY)
        || from == 0 && to == 0) {
      throw new IllegalArgumentException("A weight is a number of at least 0, and above it at the"
          + " beginning or at the end, not (" + from + ") to (" + to + ")");
    }
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("A weight moves from a step of at least 0 to a later one,"
          + " not from (" + begin + ") to (" + end + ")");
    }
  }

  /** The same factor at every step. */
  public static WeightSchedule constant(double weight) {
    return new WeightSchedule(Form.LINEAR, weight, weight, 0, 0);
  }

  /** The factor at a step, from 0. */
  public double at(long step) {
    if (step < begin) {
      return from;
    }
    if (step >= end) {
      return to;
    }
    double part = (double) (step - begin) / (end - begin);
    return from + (to - from) * (form == Form.LINEAR ? part : (1 - Math.cos(Math.PI * part)) / 2);
  }

  /** The factor once it moves no more. */
  public double last() {
    return to;
  }
}
