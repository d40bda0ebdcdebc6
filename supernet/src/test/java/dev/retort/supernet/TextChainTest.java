package dev.retort.supernet;

import dev.retort.data.Batch;
import dev.retort.space.Architecture;

/** A text network as a chain of blocks. */
final class TextChainTest extends ChainContract {
  private static final String SIZES =
      ",heads=2,ratio=2,head-size=4,vocabulary=30,positions=10,classes=3,pooling=mean";
  private static final Architecture NET = Architecture.parse("bert:layers=3,hidden=8" + SIZES);
  private static final Architecture OTHER = Architecture.parse("bert:layers=2,hidden=12" + SIZES);

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
    return Samples.doubles(Samples.batch(NET, manager, 6, 7, 4, 2));
  }
}
