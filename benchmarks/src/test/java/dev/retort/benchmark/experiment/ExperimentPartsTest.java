package dev.retort.benchmark.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.data.ImageBatch;
import dev.retort.data.TextBatch;
import dev.retort.data.image.Raster;
import dev.retort.distill.objective.procedure.AsmLoss;
import dev.retort.distill.train.Teacher;
import dev.retort.distill.train.WeightSchedule;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Network;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExperimentPartsTest {
  @Test
  void termsRiseAndEndWhereTheySay() {
    Term term = Term.of("kd", 2);
    assertThat(term.schedule(90)).isEqualTo(WeightSchedule.constant(2));
    assertThat(term.rising(1 / 3.0).schedule(90).at(15)).isEqualTo(1);
    WeightSchedule ends = term.until(1 / 3.0).schedule(90);
    assertThat(ends.at(29)).isEqualTo(2);
    assertThat(ends.at(30)).isZero();
    assertThat(term.from("other").until(0.5).label()).isEqualTo("kd@other-0.50");
    assertThat(term.from("other").rising(0.5))
        .hasToString("2 kd from other, risen by 0.50 of the steps");
  }

  @Test
  void weightsOfSoftLandmarksAreThoseOfTheirLossInEachThird() {
    // What LandmarkEntrants adds up: 0.5, 0.5 to two thirds and 1 to one third.
    List<Term> terms = List.of(
        Term.of("mse", 0.5),
        Term.of("mse", 0.5).until(2 / 3.0),
        Term.of("mse", 1).until(1 / 3.0));
    AsmLoss loss = new AsmLoss(30);
    for (int epoch = 0; epoch < 30; epoch++) {
      int step = 20 * epoch;
      double sum =
          terms.stream().mapToDouble(each -> each.schedule(600).at(step)).sum();
      assertThat(sum).as("epoch %d", epoch).isEqualTo(loss.weight(epoch));
    }
  }

  @Test
  void sharesOfLayersAreThoseOfTheWorstGroup() {
    Map<String, Double> found = LayerShares.of(Map.of(
        Trial.SHARE + "dfa.1.beta:0",
        0.5,
        Trial.SHARE + "dfa.1.beta:1",
        0.1,
        Trial.SHARE + "dfa.1.beta:2",
        0.4,
        Trial.SHARE + "dfa.2.beta:0",
        0.3,
        Trial.SHARE + "dfa.2.beta:1",
        0.4,
        Trial.SHARE + "dfa.2.beta:2",
        0.3,
        Trial.STEP,
        7.0));
    assertThat(found)
        .containsEntry(LayerShares.LARGEST, 0.4)
        .containsEntry(LayerShares.SMALLEST, 0.3)
        .containsEntry(LayerShares.MIDDLE, 0.4)
        .containsEntry(LayerShares.OTHERS, 0.3);
    assertThat(found.get(LayerShares.EXCESS)).isCloseTo(0, within(1e-9));
    assertThat(LayerShares.of(Map.of(Trial.STEP, 7.0))).isEmpty();
  }

  @Test
  void aLayerOfNoiseHasMeanAndDeviationOfTheLayerAndTheRestIsTheTeachers() {
    Tap noisy = Tap.stage(1);
    Tap plain = Tap.stage(2);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray value = manager.arange(4000f).reshape(2, 20, 10, 10);
      Teacher teacher = new Made(new Outputs(null, ImmutableMap.of(noisy, value, plain, value)));
      Batch batch = new ImageBatch(
          manager.zeros(new Shape(2)), manager.zeros(new Shape(2)), new int[] {4, 5});
      Outputs outputs = new NoiseLayer(teacher, ImmutableSet.of(noisy))
          .outputs(batch, false, ImmutableSet.of(noisy, plain));
      assertThat(outputs.tap(plain)).isSameAs(value);
      NDArray noise = outputs.tap(noisy);
      assertThat(noise.getShape()).isEqualTo(value.getShape());
      assertThat(noise.mean().getFloat()).isCloseTo(1999.5f, within(80f));
      assertThat(noise.sub(1999.5f).square().mean().sqrt().getFloat())
          .isCloseTo(1154.7f, within(80f));
      assertThat(new NoiseLayer(teacher, ImmutableSet.of(noisy))
              .outputs(batch, false, ImmutableSet.of(noisy))
              .tap(noisy))
          .isEqualTo(noise);
    }
  }

  @Test
  void cropsLieNextToEachOther() {
    byte[] pixels = new byte[2 * 5 * 4];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) i;
    }
    List<Raster> crops = Crops.of(new Raster(2, 5, 4, pixels), 2);
    assertThat(crops).hasSize(4);
    assertThat(crops.get(1).pixels()).containsExactly(2, 3, 6, 7, 22, 23, 26, 27);
  }

  @ParameterizedTest
  @EnumSource
  void noiseSpoilsPartOfAPhotoAndIsTheSameAgain(PhotoNoise noise) {
    byte[] pixels = new byte[3 * 64 * 64];
    new RandomStreams(0).at("photo", 0).nextBytes(pixels);
    Raster photo = new Raster(3, 64, 64, pixels.clone());
    Raster spoilt = noise.of(photo, new RandomStreams(0).at("noise", 1));
    assertThat(photo.pixels()).containsExactly(pixels);
    assertThat(noise.of(photo, new RandomStreams(0).at("noise", 1))).isEqualTo(spoilt);
    int changed = 0;
    for (int i = 0; i < pixels.length; i++) {
      changed += pixels[i] == spoilt.pixels()[i] ? 0 : 1;
    }
    double share = changed / (double) pixels.length;
    assertThat(share).isBetween(0.01, noise == PhotoNoise.BLUR ? 1 : 0.07);
  }

  @Test
  void sentencesMixedWithNothingGiveTheirOwnLogitsBitForBit() {
    Architecture architecture = TextFixture.SMALL;
    Network network = Network.of(architecture, new EagerKernels());
    try (NDManager manager = NDManager.newBaseManager()) {
      Weights weights = InitialWeights.random(architecture, new RandomStreams(1), manager);
      NDArray ids = manager.create(new long[] {2, 50, 60, 3, 2, 70, 3, 0}, new Shape(2, 4));
      NDArray mask = manager.create(new float[] {1, 1, 1, 1, 1, 1, 1, 0}, new Shape(2, 4));
      NDArray types = manager.create(new long[8], new Shape(2, 4));
      NDArray labels = manager.create(new long[] {0, 1});
      TextBatch batch = new TextBatch(ids, types, mask, labels, new int[] {0, 1});
      NDArray partners = manager.create(new long[] {1, 0});
      TextBatch both = MixKdFixture.together(batch, partners);
      assertThat(both.mask().toFloatArray()).containsOnly(1);
      float[] own =
          network.forward(weights, batch, Request.LOGITS).requireLogits().toFloatArray();
      assertThat(MixKdFixture.mixed(network, weights, batch, both, partners, 1, Dropout.NONE)
              .toFloatArray())
          .isEqualTo(own);
      assertThat(MixKdFixture.mixed(network, weights, batch, both, partners, 0.5, Dropout.NONE)
              .toFloatArray())
          .isNotEqualTo(own);
    }
  }

  private record Made(Outputs outputs) implements Teacher {
    @Override
    public Architecture architecture() {
      return Architecture.parse("resnet:depth=1/1/1,width=8/16/32");
    }

    @Override
    public Outputs outputs(Batch batch, boolean logits, ImmutableSet<Tap> taps) {
      return outputs;
    }
  }
}
