package dev.retort.distill.golden;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;

/** How a method of the golden-vector files is computed with the objectives. */
@FunctionalInterface
interface GoldenMethod {
  /** Computes a case. */
  Computed compute(GoldenCase from);

  /**
   * What a case gives.
   *
   * @param loss a scalar with its graph
   * @param components arrays or nested lists, by the files' names
   */
  record Computed(NDArray loss, ImmutableMap<String, Object> components) {}
}
