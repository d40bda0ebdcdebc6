package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Families;
import dev.retort.space.Family;

/** The image families whose networks give something else than classes. */
public final class HeadFamilies implements Families.Provider {
  @Override
  public ImmutableList<Family> families() {
    return ImmutableList.of(
        new LandmarkFamily(ResNetFamily.RESNET),
        new LandmarkFamily(VggFamily.VGG),
        new LandmarkFamily(WideResNetFamily.WRN),
        new LandmarkFamily(MobileNetV1Family.MOBILENET_V1),
        new LandmarkFamily(MobileNetV2Family.MOBILENET_V2),
        new LandmarkFamily(VisionTransformerFamily.VIT),
        new SegmentationFamily(ResNetFamily.RESNET),
        new SegmentationFamily(VggFamily.VGG),
        SuperResolutionFamily.SUPER_RESOLUTION);
  }
}
