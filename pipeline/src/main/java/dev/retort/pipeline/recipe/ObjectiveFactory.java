package dev.retort.pipeline.recipe;

import dev.retort.distill.objective.Objective;
import java.util.Map;

/** Makes objectives by name: {@code Objectives::create}. */
@FunctionalInterface
public interface ObjectiveFactory {
  /**
   * The objective of a name.
   *
   * @param options as {@link Term} has them
   * @throws IllegalArgumentException when the name or an option is unknown or a value not allowed;
   *     the message says what is
   */
  Objective create(String name, Map<String, Object> options);
}
