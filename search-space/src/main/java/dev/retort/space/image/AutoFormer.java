package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Dimension;
import dev.retort.space.Preset;
import dev.retort.space.Value;

/**
 * What AutoFormer published (Chen et al., ICCV 2021; github.com/microsoft/Cream at 4a13c40): three
 * search spaces and the networks found in them.
 *
 * <p>All have relative positions beside the absolute ones, the mean of the patches before the head
 * and PyTorch's epsilon of layer normalisation. AutoFormer's sub-networks take a super-net's
 * leading layers; here they take layers by their share of the depth, as those of every family.
 */
final class AutoFormer {
  /**
   * Table 1 of the paper. The release's {@code supernet-B.yaml} has 9 and 10 heads only; its {@code
   * subnet/AutoFormer-B.yaml} has the 8 of the paper too.
   */
  static final Preset PRESET = new Preset(
      "autoformer",
      VisionTransformerFamily.VIT,
      ImmutableMap.of(
          "tiny", part("12..14", "192..240/24", "3..4", "3.5..4.0/0.5"),
          "small", part("12..14", "320..448/64", "5..7", "3.0..4.0/0.5"),
          "base", part("14..16", "528..624/48", "8..10", "3.0..4.0/0.5")),
      ImmutableMap.of(
          "relative-positions", Value.of("autoformer"),
          "pooling", Value.of("mean"),
          "norm-epsilon", Value.of(1e-5)));

  private static final String REST = ",relative-positions=autoformer,pooling=mean,norm-epsilon=";

  /**
   * The searched networks, from {@code experiments/subnet}. The smallest has ratios of 3, which are
   * in no table of its space.
   */
  static final ImmutableMap<String, String> MODELS = ImmutableMap.of(
      "AutoFormer-T",
      model(
          "layers=13,hidden=192,heads=3/3/3/3/3/3/3/3/3/3/4/3/3",
          "3.5/3.5/3/3.5/3/3/4/4/3.5/4/3.5/4/3.5"),
      "AutoFormer-S",
      model(
          "layers=13,hidden=384,heads=6/6/5/7/5/5/5/6/6/7/7/6/7",
          "3/3.5/3/3.5/4/4/4/4/4/4/4/3.5/4"),
      "AutoFormer-B",
      model(
          "layers=14,hidden=576,heads=9/9/9/9/9/10/9/9/10/9/10/9/9/10",
          "3.5/3.5/4/3.5/4/3.5/3.5/3/4/4/3/4/3/3.5"));

  private AutoFormer() {}

  private static ImmutableList<Dimension> part(
      String layers, String hidden, String heads, String ratio) {
    return ImmutableList.of(
        Dimension.of("layers", layers),
        Dimension.of("hidden", hidden),
        Dimension.perLayer("heads", heads),
        Dimension.perLayer("ratio", ratio));
  }

  private static String model(String sizes, String ratios) {
    return "vit:" + sizes + ",ratio=" + ratios + REST + "0.00001";
  }
}
