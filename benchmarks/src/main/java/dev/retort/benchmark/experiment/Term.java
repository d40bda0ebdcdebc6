package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.Objectives;
import java.util.Map;

/**
 * A loss as a recipe names it.
 *
 * @param objective its name
 * @param weight its factor
 * @param options its options, as YAML gives them; those that are missing have their defaults
 */
record Term(String objective, double weight, ImmutableMap<String, Object> options) {
  static Term of(String objective, double weight) {
    return new Term(objective, weight, ImmutableMap.of());
  }

  static Term of(String objective, double weight, Map<String, Object> options) {
    return new Term(objective, weight, ImmutableMap.copyOf(options));
  }

  /** The objective, made anew. */
  Objective make() {
    return Objectives.create(objective, options);
  }

  /** As a recipe has it, in a few words. */
  @Override
  public String toString() {
    String factor = weight == 1 ? "" : Numbers.plain(weight) + " ";
    return factor
        + objective
        + (options.isEmpty() ? "" : " " + options.toString().replace('=', ':'));
  }
}
