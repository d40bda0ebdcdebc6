package dev.retort.distill.objective;

import com.google.common.collect.ImmutableList;
import dev.retort.space.NearestName;
import java.util.Map;

/** The options that a recipe gave an objective, each checked when it is asked for. */
public final class Given {
  private final String objective;
  private final Map<String, Object> values;

  private Given(String objective, Map<String, Object> values) {
    this.objective = objective;
    this.values = values;
  }

  /**
   * The options given.
   *
   * @throws IllegalArgumentException when one is unknown
   */
  public static Given of(
      String objective, Map<String, Object> values, ImmutableList<Option<?>> known) {
    ImmutableList<String> names =
        known.stream().map(Option::name).collect(ImmutableList.toImmutableList());
    for (String name : values.keySet()) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException("Objective " + objective + " has no option (" + name
            + "); " + (names.isEmpty() ? "it has none" : "it has " + String.join(", ", names))
            + NearestName.advice(name, names));
      }
    }
    return new Given(objective, values);
  }

  /** The objective that they were given. */
  String objective() {
    return objective;
  }

  /** Whether an option was given. */
  public boolean has(Option<?> option) {
    return values.containsKey(option.name());
  }

  /**
   * The value of an option, or its default.
   *
   * @throws IllegalArgumentException when the value given is not allowed
   */
  public <T> T get(Option<T> option) {
    Object value = values.get(option.name());
    if (value == null && !values.containsKey(option.name())) {
      return option.fallback();
    }
    T read = value == null ? null : option.read(value);
    if (read == null) {
      throw new IllegalArgumentException(objective + "." + option.name() + " must be "
          + option.allowed() + ", not (" + value + ")");
    }
    return read;
  }
}
