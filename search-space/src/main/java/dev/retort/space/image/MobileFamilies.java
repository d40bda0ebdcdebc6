package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Families;
import dev.retort.space.Family;

/** The small networks for images: the MobileNet line. */
public final class MobileFamilies implements Families.Provider {
  @Override
  public ImmutableList<Family> families() {
    return ImmutableList.of(MobileNetV1Family.MOBILENET_V1, MobileNetV2Family.MOBILENET_V2);
  }
}
