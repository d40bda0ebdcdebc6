package dev.retort.benchmark.cost;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Dimension;
import dev.retort.space.Families;
import dev.retort.space.Family;
import dev.retort.space.InputShape;
import dev.retort.space.SearchSpace;
import dev.retort.space.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/** Spaces whose members are counted, as large as those that people search. */
public enum Searchable {
  /** AutoDistil's dimensions, the same in all layers. */
  BERT("bert", encoders(Dimension::of, Dimension::of), Map.of()),
  /** The same where every layer chooses its heads. */
  BERT_BY_HEADS("bert", encoders(Dimension::perLayer, Dimension::of), Map.of()),
  /** The same where every layer chooses its heads and its inner width. */
  BERT_BY_LAYER("bert", encoders(Dimension::perLayer, Dimension::perLayer), Map.of()),
  /** Decoders whose layers are alike. */
  LLAMA("llama", decoders(Dimension::of), Map.of("heads-per-group", Value.of(2))),
  /** Decoders whose every layer chooses. */
  LLAMA_BY_LAYER("llama", decoders(Dimension::perLayer), Map.of("heads-per-group", Value.of(2))),
  /** Residual networks for ImageNet whose stages choose depth, width and inner width. */
  RESNET(
      "resnet",
      List.of(
          Dimension.perStage("depth", "2..6"),
          Dimension.perStage("scale", "0.25..1/0.125"),
          Dimension.perStage("inner", "0.5..1/0.25")),
      Map.of(
          "width", new Value.Each(ImmutableList.of(64.0, 128.0, 256.0, 512.0)),
          "block", Value.of("bottleneck"),
          "stem", Value.of("imagenet"),
          "stem-width", Value.of(64),
          "resolution", Value.of(224),
          "classes", Value.of(1000))),
  /** Vision Transformers whose layers are alike. */
  VIT("vit", encoders(Dimension::of, Dimension::of), Map.of()),
  /** Vision Transformers whose every layer chooses. */
  VIT_BY_LAYER("vit", encoders(Dimension::perLayer, Dimension::perLayer), Map.of());

  /** What costs are counted for. */
  public static final InputShape INPUT = new InputShape(1, 128);

  private final String family;
  private final ImmutableList<Dimension> dimensions;
  private final ImmutableMap<String, Value> fixed;

  Searchable(String family, List<Dimension> dimensions, Map<String, Value> fixed) {
    this.family = family;
    this.dimensions = ImmutableList.copyOf(dimensions);
    this.fixed = ImmutableMap.copyOf(fixed);
  }

  /** AutoDistil's dimensions, those of a layer chosen once or by each. */
  private static List<Dimension> encoders(
      BiFunction<String, String, Dimension> heads, BiFunction<String, String, Dimension> ratio) {
    return List.of(
        Dimension.of("layers", "4..12"),
        Dimension.of("hidden", "128..768/16"),
        heads.apply("heads", "2..12"),
        ratio.apply("ratio", "1..4/0.5"));
  }

  private static List<Dimension> decoders(BiFunction<String, String, Dimension> layer) {
    return List.of(
        Dimension.of("layers", "4..24"),
        Dimension.of("hidden", "256..1024/64"),
        layer.apply("heads", "4..16/2"),
        layer.apply("ratio", "2..4/0.5"));
  }

  /** The space. */
  public SearchSpace space() {
    Family found = Families.find(family);
    if (found == null) {
      throw new IllegalStateException("No family (" + family + ")");
    }
    return SearchSpace.of(
        found,
        dimensions.stream().collect(ImmutableMap.toImmutableMap(Dimension::name, each -> each)),
        fixed,
        List.of());
  }

  /** What stands in tables: the family, and what chooses. */
  public String title() {
    Stream<String> own = dimensions.stream()
        .filter(each -> !each.toString().equals(each.name() + "=" + each.choices()))
        .map(Dimension::name);
    List<String> names = own.toList();
    return family + (names.isEmpty() ? "" : ", own " + String.join(", ", names));
  }

  /** Members drawn at random, the same at each call. */
  Architecture[] draw(int count) {
    SplittableRandom random = new SplittableRandom(7);
    SearchSpace space = space();
    List<Architecture> drawn = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      drawn.add(space.sample(random));
    }
    return drawn.toArray(Architecture[]::new);
  }
}
