package dev.retort.distill.evaluate;

import dev.retort.data.Metric;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The metrics by name, and how each is computed. */
public final class Metrics {
  private Metrics() {}

  /** How a metric is computed. */
  public static Measure measure(Metric metric) {
    return switch (metric) {
      case ACCURACY -> new Accuracy();
      case F1 -> new F1();
      case MATTHEWS -> new Matthews();
      case PEARSON -> new Pearson();
      case SPEARMAN -> new Spearman();
    };
  }

  /**
   * The metric of a name.
   *
   * @throws IllegalArgumentException when there is none of that name; the message names them all
   */
  public static Metric named(String name) {
    return Arrays.stream(Metric.values())
        .filter(each -> each.key().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No metric (" + name + "); there are "
            + Arrays.stream(Metric.values()).map(Metric::key).collect(Collectors.joining(", "))));
  }

  /**
   * The value of a metric.
   *
   * @param predictions the logits [N][C], or scores [N][1]
   * @param labels class indices, or scores [N]
   * @throws IllegalArgumentException when they do not fit each other or the metric
   */
  public static Score score(Metric metric, float[][] predictions, float[] labels) {
    return measure(metric).of(predictions, labels);
  }
}
