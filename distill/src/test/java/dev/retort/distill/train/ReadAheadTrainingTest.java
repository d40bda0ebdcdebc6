package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import dev.retort.data.Draw;
import dev.retort.data.PreparedBatch;
import dev.retort.data.ReadAhead;
import dev.retort.data.image.Augmentation;
import dev.retort.data.image.ImageDataset;
import dev.retort.data.image.ImageExample;
import dev.retort.data.image.PackedImages;
import dev.retort.data.image.PixelScaling;
import dev.retort.data.image.Preprocessing;
import dev.retort.data.image.Raster;
import dev.retort.space.RandomStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Trainings whose batches are prepared ahead on threads of their own. */
final class ReadAheadTrainingTest {
  private static final int IMAGES = 24;
  private static final int BATCH = 8;
  private static final int STEPS = 1000;

  private final ImageDataset images = images();

  private static ImageDataset images() {
    List<ImageExample> examples = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      byte[] pixels = new byte[3 * 8 * 8];
      new RandomStreams(4).at("pixels", i).nextBytes(pixels);
      examples.add(ImageExample.of(new Raster(3, 8, 8, pixels), i % 3));
    }
    return new ImageDataset(PackedImages.of(examples, 3), Preprocessing.of(3, PixelScaling.UNIT));
  }

  private PreparedBatch prepare(long number) {
    int[] indices = IntStream.range(0, BATCH)
        .map(i -> (int) ((number * BATCH + i) % IMAGES))
        .toArray();
    Draw draw = new Draw(Augmentation.CIFAR, new RandomStreams(1), number, number * BATCH / IMAGES);
    return images.prepare(indices, draw);
  }

  private ReadAhead ahead() {
    return new ReadAhead(this::prepare, 3, 2);
  }

  /** Steps from a first one on: numbers that do not begin at 0, as after resuming. */
  private static String train(BatchSource batches, long first) {
    try (NDManager manager = NDManager.newBaseManager()) {
      TinyImages tiny = new TinyImages(manager);
      tiny.steps = 4;
      tiny.accumulate = 2;
      tiny.batches = (number, owner) -> batches.batch(first + number, owner);
      try (Trainer trainer = tiny.trainer()) {
        trainer.run(Checkpoints.NONE, TrainingListener.NONE, () -> false);
        return TinyTraining.digest(trainer.state().weights());
      }
    }
  }

  @Test
  void aTrainingEndsWithTheSameBytesWithAndWithout() {
    try (ReadAhead ahead = ahead()) {
      for (long first : new long[] {0, 7, 3}) {
        assertThat(train(ahead::batch, first))
            .isEqualTo(train((number, owner) -> prepare(number).make(owner), first));
      }
    }
  }

  @Test
  void arraysBelongToTheStepAndNoneIsLeft() {
    try (NDManager manager = NDManager.newBaseManager();
        ReadAhead ahead = ahead()) {
      TinyImages tiny = new TinyImages(manager);
      tiny.steps = STEPS;
      tiny.batches = (number, owner) -> {
        int before = owner.getManagedArrays().size();
        var batch = ahead.batch(number, owner);
        assertThat(owner.getManagedArrays()).hasSize(before + 2);
        return batch;
      };
      try (Trainer trainer = tiny.trainer()) {
        trainer.step();
        int alive = manager.getManagedArrays().size();
        for (int step = 1; step < STEPS; step++) {
          trainer.step();
        }
        assertThat(manager.getManagedArrays()).hasSize(alive);
      }
    }
  }
}
