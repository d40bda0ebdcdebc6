package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Published search spaces: those of AutoDistil (NeurIPS 2022, Table 2), each of 256 BERT-like
 * encoders with heads 64 wide, and the partition of the three.
 */
public final class Presets {
  private static final ImmutableSortedMap<String, ImmutableList<Dimension>> AUTODISTIL =
      ImmutableSortedMap.of(
          "autodistil-tiny", grid("4..7", "128..224/32", "7..10", "2.0..3.5/0.5"),
          "autodistil-small", grid("9..12", "256..352/32", "7..10", "2.5..4.0/0.5"),
          "autodistil-base", grid("9..12", "544..640/32", "9..12", "2.5..4.0/0.5"));

  private static final String ALL = "autodistil";

  private Presets() {}

  private static ImmutableList<Dimension> grid(
      String layers, String hidden, String heads, String ratio) {
    return ImmutableList.of(
        Dimension.of("layers", layers),
        Dimension.of("hidden", hidden),
        Dimension.of("heads", heads),
        Dimension.of("ratio", ratio));
  }

  /** The names that there are. */
  public static ImmutableSortedSet<String> names() {
    return ImmutableSortedSet.<String>naturalOrder()
        .addAll(AUTODISTIL.keySet())
        .add(ALL)
        .build();
  }

  /** The preset of that name, everything else as in BERT-base. */
  public static Partition named(String name) {
    return named(name, ImmutableMap.of());
  }

  /**
   * The preset of that name: {@code autodistil}, of the sub-spaces tiny, small and base, or one of
   * them by itself, {@code autodistil-tiny}, {@code autodistil-small} or {@code autodistil-base}.
   *
   * @param fixed the values of other dimensions, such as {@code vocabulary} and {@code classes}
   * @throws IllegalArgumentException when there is no such preset, or a fixed dimension varies in
   *     it
   */
  public static Partition named(String name, Map<String, Value> fixed) {
    if (!names().contains(name)) {
      throw new IllegalArgumentException("No preset (" + name + "); there are " + names());
    }
    Stream<String> parts = name.equals(ALL)
        ? Stream.of("autodistil-tiny", "autodistil-small", "autodistil-base")
        : Stream.of(name);
    return new Partition(
        parts.map(part -> subSpace(part, fixed)).collect(ImmutableList.toImmutableList()));
  }

  private static SubSpace subSpace(String name, Map<String, Value> fixed) {
    ImmutableMap.Builder<String, Dimension> elastic = ImmutableMap.builder();
    for (Dimension dimension : AUTODISTIL.getOrDefault(name, ImmutableList.of())) {
      elastic.put(dimension.name(), dimension);
    }
    return new SubSpace(
        name.substring(ALL.length() + 1),
        SearchSpace.of(BertFamily.BERT, elastic.buildOrThrow(), fixed, ImmutableList.of()));
  }
}
