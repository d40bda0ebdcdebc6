package dev.retort.supernet.image;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.data.Batch;
import dev.retort.data.Draw;
import dev.retort.data.ImageBatch;
import dev.retort.data.ReadAhead;
import dev.retort.data.Subset;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Batches of images in the engine's memory; {@code data} has no engine to try them with. */
final class ImageBatchesTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final ImageDataset images = images();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void aLaterBatchLeavesAnEarlierOneAsItIs() {
    ImageBatch first = images.batch(manager, new int[] {1, 2}, null);
    float[] before = first.pixels().toFloatArray();
    images.batch(manager, new int[] {3, 4}, null);
    images.batch(manager, new int[] {5, 6}, null);
    assertThat(first.pixels().toFloatArray()).isEqualTo(before);
    assertThat(first.pixels().getShape()).isEqualTo(new Shape(2, 3, 4, 5));
    assertThat(before[0]).isEqualTo(60 / 255f);
    assertThat(first.labels().getDataType()).isEqualTo(DataType.INT64);
    assertThat(first.labels().toLongArray()).containsExactly(1, 2);
  }

  @Test
  void mixedLabelsAreSharesOfEachClass() {
    Draw draw = new Draw(Augmentation.NONE.withMixing(0.2, 1), new RandomStreams(1), 3, 0);
    ImageBatch batch = images.batch(manager, new int[] {1, 2, 8}, draw);
    assertThat(batch.labels().getShape()).isEqualTo(new Shape(3, 10));
    float[] shares = batch.labels().toFloatArray();
    assertThat(shares[12]).isEqualTo(1f);
    assertThat((double) shares[1] + shares[8]).isBetween(0.999, 1.001);
  }

  @Test
  void batchesReadAheadAreThoseOfTheDataSet() {
    Subset<ImageExample> some = Subset.of(images, 9, 8, 7, 6, 5);
    Augmentation augmentation = Augmentation.CIFAR.withRandAugment(1, 9);
    RandomStreams streams = new RandomStreams(1);
    try (ReadAhead ahead = new ReadAhead(
        number ->
            some.prepare(indices(number), new Draw(augmentation, streams, number, number / 2)),
        2,
        2)) {
      for (long number = 0; number < 10; number++) {
        Draw draw = new Draw(augmentation, streams, number, number / 2);
        Batch expected = some.batch(manager, indices(number), draw);
        Batch found = ahead.batch(number, manager);
        assertThat(((ImageBatch) found).pixels().toFloatArray())
            .isEqualTo(((ImageBatch) expected).pixels().toFloatArray());
        assertThat(found.labels().toLongArray()).isEqualTo(expected.labels().toLongArray());
        assertThat(found.indices()).isEqualTo(expected.indices());
      }
    }
  }

  private static int[] indices(long number) {
    return new int[] {(int) (number % 5), (int) ((number + 2) % 5)};
  }

  private static ImageDataset images() {
    List<ImageExample> examples = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      byte[] pixels = new byte[60];
      for (int at = 0; at < 60; at++) {
        pixels[at] = (byte) (at + 60 * i);
      }
      examples.add(ImageExample.of(new Raster(3, 4, 5, pixels), i));
    }
    return new ImageDataset(PackedImages.of(examples, 10), Preprocessing.of(3, PixelScaling.UNIT));
  }
}
