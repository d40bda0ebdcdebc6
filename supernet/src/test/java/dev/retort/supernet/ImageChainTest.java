package dev.retort.supernet;

import ai.djl.ndarray.types.DataType;
import dev.retort.data.Batch;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;

/** An image network as a chain of blocks: a residual one. */
final class ImageChainTest extends ChainContract {
  private static final Architecture NET =
      Architecture.parse("resnet:depth=1/2,width=4/6,resolution=8,classes=3");
  private static final Architecture OTHER =
      Architecture.parse("resnet:depth=1,width=5,resolution=8,classes=3");

  @Override
  Architecture net() {
    return NET;
  }

  @Override
  Architecture other() {
    return OTHER;
  }

  @Override
  Batch batch() {
    ImageBatch batch = ToyImages.batch(manager, 6, 3, 8);
    return new ImageBatch(
        batch.pixels().toType(DataType.FLOAT64, false), batch.labels(), batch.indices());
  }

  @Override
  boolean takesNumbers() {
    return true;
  }
}
