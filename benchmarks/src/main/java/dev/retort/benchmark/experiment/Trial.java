package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableSortedMap;
import java.util.Map;

/**
 * What one training of one student gave.
 *
 * @param measures numbers by name
 */
record Trial(ImmutableSortedMap<String, Double> measures) {
  /** Before a term's label: its mean over the first steps. */
  static final String BEGIN = "begin:";

  /** Before a term's label: its mean over the last steps. */
  static final String END = "end:";

  /** Before a group's tensor and a layer's number: the share that the layer was found to have. */
  static final String SHARE = "share:";

  /** Milliseconds of a training step. */
  static final String STEP = "step-ms";

  static Trial of(Map<String, Double> measures) {
    return new Trial(ImmutableSortedMap.copyOf(measures));
  }

  /**
   * A number.
   *
   * @throws IllegalArgumentException when it was not measured
   */
  double get(String measure) {
    Double value = measures.get(measure);
    if (value == null) {
      throw new IllegalArgumentException(
          "No measure (" + measure + "); there are " + measures.keySet());
    }
    return value;
  }
}
