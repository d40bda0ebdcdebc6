package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.HashMap;
import java.util.Map;

/**
 * A published search space: a partition, each of whose parts is a preset of its own, {@code
 * NAME-PART}.
 *
 * @param name its name
 * @param family the family of all members
 * @param parts what varies in each part, by the part's name, in their order
 * @param fixed the values that it gives other dimensions
 */
public record Preset(
    String name,
    Family family,
    ImmutableMap<String, ImmutableList<Dimension>> parts,
    ImmutableMap<String, Value> fixed) {
  /** Checks that there is a part. */
  public Preset {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("Preset (" + name + ") has no part");
    }
  }

  /** This preset and those of its parts by themselves, by name. */
  ImmutableMap<String, Preset> withParts() {
    ImmutableMap.Builder<String, Preset> all = ImmutableMap.builder();
    all.put(name, this);
    parts.forEach((part, elastic) -> {
      String partName = name + "-" + part;
      all.put(partName, new Preset(partName, family, ImmutableMap.of(part, elastic), fixed));
    });
    return all.buildOrThrow();
  }

  /**
   * Its parts as sub-spaces.
   *
   * @param others values of other dimensions, which go before those of the preset
   * @throws IllegalArgumentException when one of them varies in the preset, or is impossible
   */
  Partition partition(Map<String, Value> others) {
    Map<String, Value> values = new HashMap<>(fixed);
    values.putAll(others);
    ImmutableList.Builder<SubSpace> subSpaces = ImmutableList.builder();
    parts.forEach((part, elastic) -> subSpaces.add(new SubSpace(
        part,
        SearchSpace.of(
            family,
            elastic.stream().collect(ImmutableMap.toImmutableMap(Dimension::name, each -> each)),
            values,
            ImmutableList.of()))));
    return new Partition(subSpaces.build());
  }
}
