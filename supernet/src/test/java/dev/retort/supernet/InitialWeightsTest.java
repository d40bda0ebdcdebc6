package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class InitialWeightsTest {
  private static final Architecture SMALL = Architecture.parse(
      "bert:layers=2,hidden=64,heads=2,ratio=2,head-size=32,vocabulary=200,positions=16");
  private static final Architecture DEEPER =
      Architecture.parse(SMALL.toString().replace("layers=2", "layers=3"));
  private static final String QUERY = "bert.encoder.layer.0.attention.self.query.weight";
  private static final String KEY = "bert.encoder.layer.0.attention.self.key.weight";

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void everyTensorIsAFunctionOfSeedAndName() {
    Weights weights = InitialWeights.random(SMALL, new RandomStreams(5), manager);
    Weights deeper = InitialWeights.random(DEEPER, new RandomStreams(5), manager);
    weights.tensors().forEach((name, tensor) -> assertThat(deeper.get(name).toFloatArray())
        .as(name)
        .isEqualTo(tensor.toFloatArray()));
    Weights other = InitialWeights.random(SMALL, new RandomStreams(6), manager);
    assertThat(other.get(QUERY).toFloatArray()).isNotEqualTo(weights.get(QUERY).toFloatArray());
    assertThat(weights.get(KEY).toFloatArray()).isNotEqualTo(weights.get(QUERY).toFloatArray());
  }

  @Test
  void matricesAreNormalGainsOneAndTheRestZero() {
    Weights weights = InitialWeights.random(SMALL, new RandomStreams(5), manager);
    for (TensorSpec spec : SMALL.blueprint().tensors()) {
      NDArray tensor = weights.get(spec.name());
      assertThat(tensor.getShape().getShape()).isEqualTo(spec.shape());
      float[] values = tensor.toFloatArray();
      switch (spec.role()) {
        case MATRIX, EMBEDDING -> assertNormal(spec.name(), values);
        case NORM_GAIN -> assertThat(values).containsOnly(1f);
        case BIAS, NORM_SHIFT -> assertThat(values).containsOnly(0f);
      }
    }
  }

  /** Mean and variance within five deviations of what so many draws give. */
  private static void assertNormal(String name, float[] values) {
    int count = values.length;
    double mean = 0;
    double square = 0;
    for (float each : values) {
      mean += each / 0.02 / count;
      square += each / 0.02 * (each / 0.02) / count;
    }
    assertThat(mean).as(name).isCloseTo(0, within(5 / Math.sqrt(count)));
    assertThat(square).as(name).isCloseTo(1, within(5 * Math.sqrt(2.0 / count)));
  }
}
