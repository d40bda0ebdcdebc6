package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Dimension;
import dev.retort.space.Families;
import dev.retort.space.Family;
import dev.retort.space.Preset;
import dev.retort.space.Value;

/** The small networks for images: the MobileNet line and ShuffleNetV2. */
public final class MobileFamilies implements Families.Provider {
  @Override
  public ImmutableList<Family> families() {
    return ImmutableList.of(
        MobileNetV1Family.MOBILENET_V1,
        MobileNetV2Family.MOBILENET_V2,
        MobileNetV3Family.MOBILENET_V3,
        ShuffleNetV2Family.SHUFFLENET_V2);
  }

  /** The published networks ({@link MobileModels}). */
  @Override
  public ImmutableMap<String, String> models() {
    return MobileModels.all();
  }

  @Override
  public ImmutableMap<String, String> accountings() {
    return MobileModels.accountings();
  }

  /**
   * The space of Once for All (Cai et al., ICLR 2020, section 3.2) in the two widths that were
   * published, {@code base} of multiplier 1 and {@code wide} of 1.2: five stages of
   * two to four layers, each with a kernel and an expansion of its own, and the resolution.
   */
  @Override
  public ImmutableList<Preset> presets() {
    return ImmutableList.of(new Preset(
        "ofa-mobilenet-v3",
        MobileNetV3Family.MOBILENET_V3,
        ImmutableMap.of("base", onceForAll("1"), "wide", onceForAll("1.2")),
        ImmutableMap.of("features-bias", Value.of("no"))));
  }

  private static ImmutableList<Dimension> onceForAll(String multiplier) {
    return ImmutableList.of(
        Dimension.perStage("depth", "2..4"),
        Dimension.of("multiplier", multiplier),
        Dimension.perLayer("expansion", "[3, 4, 6]"),
        Dimension.perLayer("kernel", "[3, 5, 7]"),
        Dimension.of("resolution", "128..224/4"));
  }
}
