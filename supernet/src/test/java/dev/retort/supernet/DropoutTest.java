package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.kernel.Autograd;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DropoutTest {
  private static final RandomStreams STREAMS = new RandomStreams(17);
  private static final int SIZE = 100_003;

  private final NDManager manager = NDManager.newBaseManager();
  private final NDArray ones = manager.ones(new Shape(SIZE));

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void dropsTheShareAndScalesTheRest(double rate) {
    float[] values = Dropout.seeded(rate, STREAMS, 3).apply(ones).toFloatArray();
    int dropped = 0;
    for (float each : values) {
      if (each == 0) {
        dropped++;
      } else {
        assertThat((double) each).isCloseTo(1 / (1 - rate), within(2e-4 / (1 - rate)));
      }
    }
    double deviation = Math.sqrt(rate * (1 - rate) / SIZE);
    assertThat((double) dropped / SIZE).isCloseTo(rate, within(4 * deviation));
  }

  @Test
  void masksAreAFunctionOfSeedStepAndCall() {
    Dropout dropout = Dropout.seeded(0.5, STREAMS, 3);
    float[] first = dropout.apply(ones).toFloatArray();
    float[] second = dropout.apply(ones).toFloatArray();
    Dropout again = Dropout.seeded(0.5, new RandomStreams(17), 3);
    assertThat(again.apply(ones).toFloatArray()).isEqualTo(first);
    assertThat(again.apply(ones).toFloatArray()).isEqualTo(second);
    assertIndependent(first, second);
    assertIndependent(first, Dropout.seeded(0.5, STREAMS, 4).apply(ones).toFloatArray());
    assertIndependent(
        first, Dropout.seeded(0.5, new RandomStreams(18), 3).apply(ones).toFloatArray());
  }

  @Test
  void neighboursAreDroppedIndependently() {
    float[] mask = Dropout.seeded(0.5, STREAMS, 3).apply(ones).toFloatArray();
    for (int distance = 1; distance <= 5; distance++) {
      float[] shifted = new float[SIZE];
      for (int i = 0; i < SIZE; i++) {
        shifted[i] = mask[(i + distance) % SIZE];
      }
      assertIndependent(mask, shifted);
    }
  }

  /** Two fair masks agree in half of their entries. */
  private static void assertIndependent(float[] a, float[] b) {
    int agree = 0;
    for (int i = 0; i < a.length; i++) {
      agree += a[i] == b[i] ? 1 : 0;
    }
    assertThat((double) agree / a.length).isCloseTo(0.5, within(4 * 0.5 / Math.sqrt(a.length)));
  }

  @Test
  void gradientsPassWhereTheActivationsDid() {
    NDArray leaf = Autograd.leaf(ones, manager);
    NDArray dropped;
    try (Autograd recording = Autograd.recording()) {
      dropped = Dropout.seeded(0.3, STREAMS, 1).apply(leaf);
      Autograd.backward(dropped.sum());
    }
    assertThat(Objects.requireNonNull(Autograd.gradient(leaf)).toFloatArray())
        .isEqualTo(dropped.toFloatArray());
  }

  @Test
  void nothingIsDroppedAtZero() {
    assertThat(Dropout.seeded(0, STREAMS, 0)).isSameAs(Dropout.NONE);
    assertThat(Dropout.seeded(1e-9, STREAMS, 0)).isSameAs(Dropout.NONE);
    assertThat(Dropout.NONE.apply(ones)).isSameAs(ones);
  }

  @Test
  void ratesNextToOneStayFinite() {
    float[] values = Dropout.seeded(Math.nextDown(1.0), STREAMS, 0).apply(ones).toFloatArray();
    for (float each : values) {
      assertThat(each).isFinite();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, 2, Double.NaN})
  void impossibleRatesAreRefused(double rate) {
    assertThatThrownBy(() -> Dropout.seeded(rate, STREAMS, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(" + rate + ")");
  }
}
