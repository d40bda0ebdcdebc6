package dev.retort.distill.evaluate;

import dev.retort.data.Metric;
import java.util.OptionalDouble;

/**
 * The value of a metric.
 *
 * @param metric which metric
 * @param value its value: a share from 0 to 1, a correlation from -1 to 1, an error, or decibels,
 *     which are infinite for images that are equal
 * @param standardError what sampling the examples adds to it, for metrics where a formula is known
 * @param examples how many examples it is of
 */
public record Score(Metric metric, double value, OptionalDouble standardError, int examples) {
  /** A value without a standard error. */
  static Score of(Metric metric, double value, int examples) {
    return new Score(metric, value, OptionalDouble.empty(), examples);
  }
}
