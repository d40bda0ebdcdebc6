package dev.retort.supernet;

import ai.djl.ndarray.types.DataType;
import dev.retort.data.Batch;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import org.junit.jupiter.api.Nested;

/** Image networks as chains of blocks. */
final class ImageChainTest {
  /** One network, and another of its family. */
  private abstract static class OfImages extends ChainContract {
    private final Architecture net;
    private final Architecture other;

    OfImages(String net, String other) {
      this.net = Architecture.parse(net);
      this.other = Architecture.parse(other);
    }

    @Override
    Architecture net() {
      return net;
    }

    @Override
    Architecture other() {
      return other;
    }

    @Override
    Batch batch() {
      ImageBatch batch = ToyImages.batch(manager, 6, 3, net.integer("resolution"));
      return new ImageBatch(
          batch.pixels().toType(DataType.FLOAT64, false), batch.labels(), batch.indices());
    }

    @Override
    boolean takesNumbers() {
      return true;
    }
  }

  @Nested
  final class ResNet extends OfImages {
    ResNet() {
      super(
          "resnet:depth=1/2,width=4/6,resolution=8,classes=3",
          "resnet:depth=1,width=5,resolution=8,classes=3");
    }
  }

  @Nested
  final class VisionTransformer extends OfImages {
    VisionTransformer() {
      super(
          "vit:layers=2,hidden=8,heads=2,head-size=4,ratio=2,patch=4,resolution=8,classes=3",
          "vit:layers=1,hidden=6,heads=1,head-size=6,ratio=1,patch=2,resolution=8,classes=3");
    }
  }

  @Nested
  final class MobileNet extends OfImages {
    MobileNet() {
      super(
          "mobilenet-v2:depth=1,width=4/4/6/6/8/8,stem=4,first=4,features=8,divisor=1,"
              + "least-width=1,expansion=2,activation=hard-swish,resolution=32,classes=3",
          "mobilenet-v2:depth=1,width=4,stem=3,first=4,features=6,divisor=1,least-width=1,"
              + "expansion=1,activation=hard-swish,resolution=32,classes=3");
    }
  }
}
