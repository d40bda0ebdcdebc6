package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.data.Batch;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import dev.retort.supernet.Resolution;
import dev.retort.supernet.kernel.EagerKernels;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sub-networks that look at images of other sizes than the batch's. */
final class ResolutionTest {
  private static final Architecture SMALLER = TinyImages.SUB.with("resolution", Value.of(6));

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static Batch resized(long number, NDManager owner) {
    return Resolution.fit(TinyImages.batch(number, 16, owner), SMALLER, new EagerKernels());
  }

  private double loss(Architecture sub, BatchSource batches) {
    TinyImages tiny = new TinyImages(manager);
    tiny.sampler = ArchitectureSampler.fixed(sub);
    tiny.batches = batches;
    try (Trainer trainer = tiny.trainer()) {
      trainer.step();
      return trainer.step().loss();
    }
  }

  @Test
  void aSubNetworkIsTrainedOnImagesOfItsOwnSize() {
    BatchSource large = (number, owner) -> TinyImages.batch(number, 16, owner);
    double smaller = loss(SMALLER, large);
    assertThat(smaller).isEqualTo(loss(SMALLER, ResolutionTest::resized));
    assertThat(smaller).isNotEqualTo(loss(TinyImages.SUB, large));
  }

  @Test
  void imagesOfTheRightSizeAreLeftAsTheyAre() {
    ImageBatch batch = TinyImages.batch(0, 2, manager);
    assertThat(Resolution.fit(batch, TinyImages.SUB, new EagerKernels())).isSameAs(batch);
    Batch fitted = Resolution.fit(batch, SMALLER, new EagerKernels());
    NDArray pixels = ((ImageBatch) fitted).pixels();
    assertThat(pixels.getShape()).isEqualTo(new Shape(2, 3, 6, 6));
    assertThat(fitted.labels()).isSameAs(batch.labels());
    assertThat(fitted.indices()).isSameAs(batch.indices());
  }
}
