package dev.retort.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import dev.retort.data.Alteration;
import dev.retort.data.Draw;
import dev.retort.space.RandomStreams;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is done to images at random. */
final class AugmentationTest {
  private static final int SIDE = 16;
  private static final int LENGTH = 3 * SIDE * SIDE;
  private static final PackedImages IMAGES = images();

  static List<Augmentation> alterations() {
    return List.of(
        Augmentation.CIFAR,
        Augmentation.NONE.withResizedCrop(0.3),
        Augmentation.NONE.withRandAugment(3, 12),
        Augmentation.NONE.withErasing(0.7),
        Augmentation.CIFAR.withRandAugment(2, 9).withErasing(0.25));
  }

  @ParameterizedTest
  @MethodSource("alterations")
  void anImageLooksTheSameInWhateverBatch(Augmentation augmentation) {
    float[] all = pixels(augmentation, 1, 3, 0, 1, 2, 3, 4, 5, 6, 7);
    float[] some = pixels(augmentation, 1, 3, 6, 2);
    assertThat(row(some, 0)).isEqualTo(row(all, 6));
    assertThat(row(some, 1)).isEqualTo(row(all, 2));
    assertThat(pixels(augmentation, 1, 4, 0, 1, 2, 3, 4, 5, 6, 7)).isNotEqualTo(all);
    assertThat(pixels(augmentation, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7)).isNotEqualTo(all);
    for (float each : all) {
      assertThat(each).isBetween(0f, 1f);
    }
  }

  @Test
  void withoutADrawNothingIsAltered() {
    float[] plain = plain(0, 1);
    assertThat(pixels(Augmentation.NONE, 1, 0, 0, 1)).isEqualTo(plain);
    assertThat(plain[7]).isEqualTo((IMAGES.read(0).image().pixels()[7] & 0xFF) / 255f);
  }

  @Test
  void aFlipSwapsLeftAndRightInHalfOfTheImages() {
    float[] plain = plain(5);
    int flips = 0;
    for (int epoch = 0; epoch < 400; epoch++) {
      float[] drawn = pixels(Augmentation.NONE.withFlip(0.5), 9, epoch, 5);
      boolean flipped = drawn[0] == plain[SIDE - 1] && drawn[SIDE - 1] == plain[0];
      assertThat(flipped || drawn[0] == plain[0]).isTrue();
      flips += flipped ? 1 : 0;
    }
    assertThat(flips).isBetween(150, 250);
    assertThat(pixels(Augmentation.NONE.withFlip(1), 9, 0, 5)[SIDE]).isEqualTo(plain[2 * SIDE - 1]);
  }

  @Test
  void aPaddedCropReachesEveryPlaceOfTheWindow() {
    Raster image = IMAGES.read(5).image();
    int[] seen = new int[81];
    for (int epoch = 0; epoch < 1000; epoch++) {
      RandomGenerator random = new RandomStreams(4).at("case", epoch);
      Raster cut = RandomCrop.apply(IMAGES.read(5), null, 4, random).image();
      for (int place = 0; place < 81; place++) {
        if (cut.equals(image.window(place / 9 - 4, place % 9 - 4, SIDE, SIDE))) {
          seen[place]++;
        }
      }
    }
    // 12.3 on average: none has none, and none has five times as many.
    assertThat(seen).matches(all -> all.length == 81);
    for (int each : seen) {
      assertThat(each).isBetween(1, 60);
    }
  }

  @Test
  void erasingSetsARectangleToZeroInItsShareOfImages() {
    int erased = 0;
    for (int epoch = 0; epoch < 300; epoch++) {
      float[] drawn = pixels(Augmentation.NONE.withErasing(0.4), 9, epoch, 3);
      int zeros = 0;
      for (float each : drawn) {
        zeros += each == 0 ? 1 : 0;
      }
      assertThat(zeros).isLessThan((int) (0.4 * LENGTH));
      erased += zeros > 0 ? 1 : 0;
    }
    assertThat(erased).isBetween(85, 155);
  }

  @Test
  void mixUpMixesPixelsAndLabelsByOneShare() {
    HostBatch batch = host(Augmentation.NONE.withMixing(0.4, 0), 1, 0, 0, 1, 2);
    FloatBuffer shares = numbers(batch);
    float own = shares.get(0);
    assertThat(batch.numbersShape().getShape()).containsExactly(3, 10);
    assertThat(shares.get(2)).isCloseTo(1 - own, offset(1e-6f));
    assertThat(shares.get(11)).isEqualTo(1f);
    float[] plain = plain(0, 1, 2);
    float[] mixed = floats(batch);
    assertThat(mixed[9])
        .isCloseTo(own * plain[9] + (1 - own) * plain[2 * LENGTH + 9], offset(1e-6f));
    assertThat(row(mixed, 1)).isEqualTo(row(plain, 1));
  }

  @Test
  void cutMixSharesAreTheAreasThatWereSwapped() {
    float[] plain = plain(0, 1, 2, 3);
    for (int step = 0; step < 50; step++) {
      HostBatch batch = host(Augmentation.NONE.withMixing(0, 1), 1, step, 0, 1, 2, 3);
      float[] mixed = floats(batch);
      int swapped = 0;
      for (int i = 0; i < SIDE * SIDE; i++) {
        boolean other = mixed[i] == plain[3 * LENGTH + i] && mixed[i] != plain[i];
        assertThat(other || mixed[i] == plain[i]).isTrue();
        boolean alike = plain[i] == plain[3 * LENGTH + i];
        swapped += other || (alike && mixed[i] != plain[i]) ? 1 : 0;
      }
      float own = numbers(batch).get(0);
      assertThat(own + numbers(batch).get(3)).isCloseTo(1, offset(1e-6f));
      // Pixels that are alike in both images cannot be told; few are.
      assertThat((double) (1 - own) * SIDE * SIDE).isBetween(swapped - 0.01, swapped + 12.0);
    }
  }

  @Test
  void betaDrawsHaveTheirMeanAndVariance() {
    RandomGenerator random = new RandomStreams(5).at("case", 0);
    for (double alpha : new double[] {0.2, 1, 4}) {
      double sum = 0;
      double squares = 0;
      int count = 20_000;
      for (int i = 0; i < count; i++) {
        double draw = Mixing.beta(alpha, random);
        assertThat(draw).isBetween(0.0, 1.0);
        sum += draw;
        squares += draw * draw;
      }
      double mean = sum / count;
      assertThat(mean).isCloseTo(0.5, offset(0.015));
      assertThat(squares / count - mean * mean).isCloseTo(1 / (4 * (2 * alpha + 1)), offset(0.01));
    }
    assertThat(Mixing.beta(1e-300, random)).isIn(0.0, 1.0);
  }

  @Test
  void optionsAreChecked() {
    for (Runnable each : List.<Runnable>of(
        () -> Augmentation.NONE.withFlip(1.1),
        () -> Augmentation.NONE.withErasing(Double.NaN),
        () -> Augmentation.NONE.withPaddedCrop(-1),
        () -> Augmentation.NONE.withRandAugment(2, 31),
        () -> Augmentation.NONE.withMixing(-0.1, 0),
        () -> Augmentation.CIFAR.withResizedCrop(0.5))) {
      assertThatThrownBy(each::run).isInstanceOf(IllegalArgumentException.class);
    }
    Alteration other = new Alteration() {};
    assertThatThrownBy(
            () -> dataset().host(new int[] {0}, new Draw(other, new RandomStreams(1), 0, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Images cannot be altered by");
  }

  @Test
  void placesAndMasksAllowWhatTheyCanFollow() {
    Raster image = IMAGES.read(0).image();
    ImageExample points = new ImageExample(image, new Target.Points(new float[] {3, 4}));
    Preprocessing cut = new Preprocessing(3, null, new Preprocessing.Crop(8, 8), PixelScaling.UNIT);
    Draw draw = new Draw(Augmentation.NONE, new RandomStreams(1), 0, 0);
    Augmentation crop = Augmentation.NONE.withPaddedCrop(0);
    ImageExample moved = crop.apply(points, cut, draw, 0);
    float[] places = ((Target.Points) moved.target()).places();
    for (int left = 0; left <= 8; left++) {
      if (image.window((int) (4 - places[1]), left, 8, 8).equals(moved.image())) {
        assertThat(places[0]).isEqualTo(3f - left);
      }
    }
    assertThatThrownBy(() -> crop.withFlip(0.5).apply(points, cut, draw, 0))
        .hasMessageContaining("cannot be flipped");
    assertThatThrownBy(() -> Augmentation.NONE.withErasing(0.5).apply(points, cut, draw, 0))
        .hasMessageContaining("cannot be altered");
    ImageExample mask = new ImageExample(image, new Target.Mask(image.withPlanes(1)));
    ImageExample flipped = crop.withFlip(1).apply(mask, cut, draw, 0);
    assertThat(((Target.Mask) flipped.target()).classes())
        .isEqualTo(flipped.image().withPlanes(1));
    Raster outside = ((Target.Mask) mask.window(-1, 0, 2, 2).target()).classes();
    assertThat(outside.at(0, 0, 0)).isEqualTo(Target.Mask.VOID);
  }

  private static PackedImages images() {
    List<ImageExample> examples = new ArrayList<>();
    RandomGenerator random = new RandomStreams(3).at("images", 0);
    for (int i = 0; i < 10; i++) {
      byte[] pixels = new byte[LENGTH];
      for (int at = 0; at < LENGTH; at++) {
        pixels[at] = (byte) (1 + random.nextInt(255));
      }
      examples.add(ImageExample.of(new Raster(3, SIDE, SIDE, pixels), i));
    }
    return PackedImages.of(examples, 10);
  }

  private static ImageDataset dataset() {
    return new ImageDataset(IMAGES, Preprocessing.of(3, PixelScaling.UNIT));
  }

  private static HostBatch host(Augmentation augmentation, long seed, long epoch, int... indices) {
    return dataset().host(indices, new Draw(augmentation, new RandomStreams(seed), epoch, epoch));
  }

  private static float[] pixels(Augmentation augmentation, long seed, long epoch, int... indices) {
    return floats(host(augmentation, seed, epoch, indices));
  }

  private static float[] plain(int... indices) {
    return floats(dataset().host(indices, null));
  }

  private static float[] floats(HostBatch batch) {
    float[] floats = new float[Math.toIntExact(batch.shape().size())];
    batch.pixels().asFloatBuffer().get(floats);
    return floats;
  }

  private static FloatBuffer numbers(HostBatch batch) {
    FloatBuffer numbers = batch.numbers();
    if (numbers == null) {
      throw new AssertionError("the labels are classes");
    }
    return numbers;
  }

  private static float[] row(float[] pixels, int row) {
    return Arrays.copyOfRange(pixels, row * LENGTH, (row + 1) * LENGTH);
  }
}
