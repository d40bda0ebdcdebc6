package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/** How a method of the golden-vector files is computed with the objectives. */
@FunctionalInterface
interface GoldenMethod {
  /** Computes a case. */
  Computed compute(GoldenCase from);

  /**
   * What a case gives.
   *
   * @param loss a scalar with its graph; null where the case has none, a schedule for instance
   * @param components arrays, numbers or nested lists, by the files' names
   * @param values what else is expected, by the files' names: numbers, words, nested lists and maps
   */
  record Computed(
      @Nullable NDArray loss,
      ImmutableMap<String, Object> components,
      ImmutableMap<String, Object> values) {
    /** A loss and its parts. */
    Computed(NDArray loss, ImmutableMap<String, Object> components) {
      this(loss, components, ImmutableMap.of());
    }

    /** A case without a loss. */
    static Computed of(ImmutableMap<String, Object> values) {
      return new Computed(null, ImmutableMap.of(), values);
    }
  }
}
