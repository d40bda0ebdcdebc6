package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Families;
import dev.retort.space.Family;

/** The image families whose networks give something else than classes. */
public final class HeadFamilies implements Families.Provider {
  private static final ImmutableList<Backbone> BACKBONES = ImmutableList.of(
      ResNetFamily.RESNET,
      WideResNetFamily.WRN,
      VggFamily.VGG,
      MobileNetV1Family.MOBILENET_V1,
      MobileNetV2Family.MOBILENET_V2,
      MobileNetV3Family.MOBILENET_V3,
      ShuffleNetV2Family.SHUFFLENET_V2,
      VisionTransformerFamily.VIT);

  @Override
  public ImmutableList<Family> families() {
    ImmutableList.Builder<Family> families = ImmutableList.builder();
    for (Backbone backbone : BACKBONES) {
      families.add(new LandmarkFamily(backbone), new SegmentationFamily(backbone));
    }
    return families.add(SuperResolutionFamily.SUPER_RESOLUTION).build();
  }
}
