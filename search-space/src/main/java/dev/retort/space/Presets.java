package dev.retort.space;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.util.Map;

/**
 * Published search spaces by name: those that the {@link Families.Provider}s offer, and each of
 * their parts by itself, such as {@code autodistil} and {@code autodistil-tiny}.
 */
public final class Presets {
  private static final ImmutableSortedMap<String, Preset> ALL = load();

  private Presets() {}

  private static ImmutableSortedMap<String, Preset> load() {
    ImmutableSortedMap.Builder<String, Preset> all = ImmutableSortedMap.naturalOrder();
    Families.presets().forEach(preset -> all.putAll(preset.withParts()));
    return all.buildOrThrow();
  }

  /** The names that there are. */
  public static ImmutableSortedSet<String> names() {
    return ALL.keySet();
  }

  /** The preset of that name, everything else as the preset and its family have it. */
  public static Partition named(String name) {
    return named(name, ImmutableMap.of());
  }

  /**
   * The preset of that name.
   *
   * @param fixed the values of other dimensions, such as {@code vocabulary} and {@code classes}
   * @throws IllegalArgumentException when there is no such preset, or a fixed dimension varies in
   *     it
   */
  public static Partition named(String name, Map<String, Value> fixed) {
    Preset preset = ALL.get(name);
    if (preset == null) {
      throw new IllegalArgumentException("No preset (" + name + "); there are " + names());
    }
    return preset.partition(fixed);
  }
}
