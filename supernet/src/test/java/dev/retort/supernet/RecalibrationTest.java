package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.image.Window;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RecalibrationTest {
  private static final Architecture FULL = Architecture.parse("toy:layers=2,width=8,inner=6/10");
  private static final Architecture SUB = Architecture.parse("toy:layers=2,width=5,inner=6/4");
  private static final int[] SIZES = {6, 3, 4};

  private final NDManager manager = NDManager.newBaseManager();
  private final Kernels kernels = new EagerKernels();

  @AfterEach
  void close() {
    manager.close();
  }

  private static ImageBatch batch(int number, NDManager owner) {
    return ToyImages.batch(owner, 40 + number, SIZES[number % SIZES.length], 8);
  }

  @Test
  void statisticsAreTheMeansOverTheBatches() {
    Weights weights = Samples.weights(FULL, manager, 3);
    Network network = Network.of(FULL, kernels);
    Weights own = new Recalibration(3, RecalibrationTest::batch).of(network, weights, manager);

    double[] mean = new double[8];
    double[] variance = new double[8];
    for (int number = 0; number < 3; number++) {
      ImageBatch images = batch(number, manager);
      float[] planes = kernels
          .convolution(
              images.pixels(), weights.get("stem.conv.weight"), null, Window.centred(3, 1), 1)
          .toFloatArray();
      for (int plane = 0; plane < 8; plane++) {
        double sum = 0;
        double squares = 0;
        int count = images.size() * 64;
        for (int i = 0; i < count; i++) {
          double value = planes[(i / 64 * 8 + plane) * 64 + i % 64];
          sum += value;
          squares += value * value;
        }
        mean[plane] += images.size() / 13.0 * sum / count;
        variance[plane] += images.size() / 13.0 * (squares - sum * sum / count) / (count - 1);
      }
    }
    assertThat(own.get("stem.norm.running_mean").toType(DataType.FLOAT64, false).toDoubleArray())
        .containsExactly(mean, within(1e-5));
    assertThat(own.get("stem.norm.running_var").toType(DataType.FLOAT64, false).toDoubleArray())
        .containsExactly(variance, within(1e-4));
  }

  @Test
  void nothingThatIsSharedMoves() {
    Weights weights = Samples.weights(FULL, manager, 3);
    SharedWeights shared = new SharedWeights(weights, new LeadingSlicing());
    Map<String, float[]> before = new LinkedHashMap<>();
    weights.tensors().forEach((name, tensor) -> before.put(name, tensor.toFloatArray()));
    Recalibration recalibration = new Recalibration(2, RecalibrationTest::batch);
    Network network = Network.of(SUB, kernels);

    try (NDManager owner = manager.newSubManager()) {
      Weights view = shared.view(SUB, owner);
      int arrays = owner.getManagedArrays().size();
      Weights own = recalibration.of(network, view, owner);
      // Three normalisations have a mean and a variance each; no batch stays behind.
      assertThat(owner.getManagedArrays()).hasSize(arrays + 2 * 3);
      own.tensors().forEach((name, tensor) -> {
        if (name.contains("running")) {
          assertThat(tensor).as(name).isNotSameAs(view.get(name));
        } else {
          assertThat(tensor).as(name).isSameAs(view.get(name));
        }
      });
      Weights student = recalibration.of(network, shared.extract(SUB, owner), owner);
      own.tensors().forEach((name, tensor) -> assertThat(student.get(name).toFloatArray())
          .as(name)
          .isEqualTo(tensor.toFloatArray()));
    }
    weights.tensors().forEach((name, tensor) -> assertThat(tensor.toFloatArray())
        .as(name)
        .isEqualTo(before.get(name)));
  }

  @Test
  void aNetworkThatWasTrainedByBatchesFindsItsRunningStatistics() {
    Weights weights = Samples.weights(FULL, manager, 3);
    Network network = Network.of(FULL, kernels);
    Request request = new Request(true, ImmutableSet.of(), Dropout.NONE, Normalization.BATCH);
    // What torch keeps: a tenth of each batch. Many batches come around, so that it settles.
    Map<String, double[]> running = new LinkedHashMap<>();
    weights.tensors().forEach((name, tensor) -> {
      if (name.contains("running")) {
        running.put(name, tensor.toType(DataType.FLOAT64, false).toDoubleArray());
      }
    });
    for (int step = 0; step < 120; step++) {
      try (NDManager scope = manager.newSubManager()) {
        network
            .forward(weights, ToyImages.batch(scope, step, 16, 8), request)
            .statistics()
            .forEach((name, measured) -> {
              double[] kept = Objects.requireNonNull(running.get(name), name);
              double[] values = measured.toType(DataType.FLOAT64, false).toDoubleArray();
              for (int i = 0; i < values.length; i++) {
                kept[i] += 0.1 * (values[i] - kept[i]);
              }
            });
      }
    }
    Weights own = new Recalibration(
            30, (number, owner) -> ToyImages.batch(owner, 500 + number, 16, 8))
        .of(network, weights, manager);
    running.forEach((name, kept) -> {
      double[] found = own.get(name).toType(DataType.FLOAT64, false).toDoubleArray();
      double size = Arrays.stream(found).map(Math::abs).max().orElseThrow();
      assertThat(found).as(name).containsExactly(kept, within(0.05 * size));
    });
  }

  @Test
  void networksWithoutStatisticsStayAsTheyAre() {
    Architecture bert = Architecture.parse(
        "bert:layers=1,hidden=8,heads=2,ratio=2,head-size=4,vocabulary=9,positions=6");
    Weights weights = Samples.weights(bert, manager, 1);
    Network network = Network.of(bert, kernels);
    Recalibration never = new Recalibration(1, (number, owner) -> {
      throw new IllegalStateException("No batch is needed");
    });
    assertThat(Recalibration.concerns(network)).isFalse();
    assertThat(never.of(network, weights, manager)).isSameAs(weights);
    assertThat(Recalibration.concerns(Network.of(FULL, kernels))).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Recalibration(0, RecalibrationTest::batch))
        .withMessageContaining("not (0)");
  }
}
