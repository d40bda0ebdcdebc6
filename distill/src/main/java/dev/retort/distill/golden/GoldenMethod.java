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
   * @param loss a scalar with its graph; null where a case has none, such as a schedule
   * @param components arrays, nested lists or truths, by the files' names
   * @param values what a case expects beside a loss, its gradient and components, as these
   */
  record Computed(
      @Nullable NDArray loss,
      ImmutableMap<String, Object> components,
      ImmutableMap<String, Object> values) {

    /** A loss and what it is made of. */
    Computed(NDArray loss, ImmutableMap<String, Object> components) {
      this(loss, components, ImmutableMap.of());
    }

    /** Values without a loss. */
    static Computed values(ImmutableMap<String, Object> values) {
      return new Computed(null, ImmutableMap.of(), values);
    }
  }
}
