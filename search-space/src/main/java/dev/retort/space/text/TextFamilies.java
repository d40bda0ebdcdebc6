package dev.retort.space.text;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Dimension;
import dev.retort.space.Families;
import dev.retort.space.Family;
import dev.retort.space.Preset;

/** The families that read text. */
public final class TextFamilies implements Families.Provider {
  @Override
  public ImmutableList<Family> families() {
    return ImmutableList.<Family>builder()
        .addAll(EncoderFamily.ALL)
        .add(MobileBertFamily.MOBILEBERT)
        .build();
  }

  @Override
  public ImmutableMap<String, String> models() {
    return PublishedEncoders.all();
  }

  @Override
  public ImmutableMap<String, String> accountings() {
    return PublishedEncoders.accountings();
  }

  /** Those of AutoDistil (NeurIPS 2022, Table 2), each of 256 encoders with heads 64 wide. */
  @Override
  public ImmutableList<Preset> presets() {
    return ImmutableList.of(new Preset(
        "autodistil",
        EncoderFamily.BERT,
        ImmutableMap.of(
            "tiny", grid("4..7", "128..224/32", "7..10", "2.0..3.5/0.5"),
            "small", grid("9..12", "256..352/32", "7..10", "2.5..4.0/0.5"),
            "base", grid("9..12", "544..640/32", "9..12", "2.5..4.0/0.5")),
        ImmutableMap.of()));
  }

  private static ImmutableList<Dimension> grid(
      String layers, String hidden, String heads, String ratio) {
    return ImmutableList.of(
        Dimension.of("layers", layers),
        Dimension.of("hidden", hidden),
        Dimension.of("heads", heads),
        Dimension.of("ratio", ratio));
  }
}
