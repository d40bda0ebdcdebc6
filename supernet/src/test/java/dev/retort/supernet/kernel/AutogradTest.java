package dev.retort.supernet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AutogradTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void whatWasBeforeIsRestored() {
    boolean before = JniUtils.isGradMode();
    try (Autograd off = Autograd.off()) {
      assertThat(JniUtils.isGradMode()).isFalse();
      try (Autograd recording = Autograd.recording()) {
        assertThat(JniUtils.isGradMode()).isTrue();
        try (Autograd again = Autograd.off()) {
          assertThat(JniUtils.isGradMode()).isFalse();
        }
        assertThat(JniUtils.isGradMode()).isTrue();
      }
      assertThat(JniUtils.isGradMode()).isFalse();
    }
    assertThat(JniUtils.isGradMode()).isEqualTo(before);
  }

  @Test
  void offRecordsNothing() {
    NDArray leaf = Autograd.leaf(manager.create(3f), manager);
    try (Autograd off = Autograd.off()) {
      NDArray square = leaf.mul(leaf);
      assertThatThrownBy(() -> Autograd.backward(square)).hasMessageContaining("grad");
    }
    assertThat(Autograd.gradient(leaf)).isNull();
    try (Autograd recording = Autograd.recording()) {
      Autograd.backward(leaf.mul(leaf));
    }
    assertThat(gradient(leaf)).containsExactly(6);
  }

  @Test
  void switchingOneThreadLeavesTheOthers() throws Exception {
    try (Autograd off = Autograd.off()) {
      assertThat(elsewhere(() -> {
            try (Autograd recording = Autograd.recording()) {
              return JniUtils.isGradMode();
            }
          }))
          .isTrue();
      assertThat(JniUtils.isGradMode()).isFalse();
    }
  }

  @Test
  void derivativeLeavesEveryLeafAloneAndTheGraphForLater() {
    NDArray x = Autograd.leaf(manager.create(new float[] {1, -2}), manager);
    NDArray weight = Autograd.leaf(manager.create(new float[] {3, 5}), manager);
    NDArray unused = Autograd.leaf(manager.create(new float[] {7}), manager);
    try (Autograd recording = Autograd.recording()) {
      NDArray value = x.mul(x).mul(weight).sum();
      assertThat(Autograd.derivative(value, x).toFloatArray()).containsExactly(6, -20);
      assertThat(Autograd.derivative(value, unused).toFloatArray()).containsExactly(0);
      assertThat(Autograd.gradient(x)).isNull();
      assertThat(Autograd.gradient(weight)).isNull();
      Autograd.backward(value);
    }
    assertThat(gradient(weight)).containsExactly(1, 4);
  }

  @Test
  void aDerivativeWithGraphIsDifferentiatedAgain() {
    // With v = sum_i w_i x_i^3, |dv/dx|^2 = sum_i 9 w_i^2 x_i^4, so d/dw_i = 18 w_i x_i^4.
    NDArray x = Autograd.leaf(manager.create(new float[] {1, -2}), manager);
    NDArray weight = Autograd.leaf(manager.create(new float[] {3, 0.5f}), manager);
    try (Autograd recording = Autograd.recording()) {
      NDArray value = x.mul(x).mul(x).mul(weight).sum();
      NDArray slope = Autograd.derivativeWithGraph(value, x);
      assertThat(slope.toFloatArray()).containsExactly(9, 6);
      assertThat(Autograd.gradient(weight)).isNull();
      Autograd.backward(slope.mul(slope).sum());
    }
    assertThat(gradient(weight)).containsExactly(54, 144);
  }

  @Test
  void secondDerivativesOfANetworkAreThoseOfCentralDifferences() {
    double[] weights = {0.3, -0.7, 1.1, 0.4, -0.2, 0.9};
    NDArray x = manager.create(new double[] {0.5, -1, 2, 0.1}, new Shape(2, 2));
    NDArray leaf = Autograd.leaf(manager.create(weights, new Shape(3, 2)), manager);
    try (Autograd recording = Autograd.recording()) {
      Autograd.backward(slopeNorm(x, leaf));
    }
    double[] gradient = Objects.requireNonNull(Autograd.gradient(leaf)).toDoubleArray();
    for (int i = 0; i < weights.length; i++) {
      double difference = (moved(x, weights, i, 1e-5) - moved(x, weights, i, -1e-5)) / 2e-5;
      assertThat(gradient[i]).isCloseTo(difference, within(1e-8));
    }
  }

  /** |d log-sum-exp(tanh(x w^T)) / dx|^2. */
  private NDArray slopeNorm(NDArray x, NDArray weight) {
    NDArray input = Autograd.leaf(x, manager);
    NDArray value =
        input.matMul(weight.transpose()).tanh().exp().sum(new int[] {1}).log().sum();
    return Autograd.derivativeWithGraph(value, input).square().sum();
  }

  private double moved(NDArray x, double[] weights, int place, double step) {
    double[] moved = weights.clone();
    moved[place] += step;
    try (Autograd recording = Autograd.recording()) {
      return slopeNorm(x, manager.create(moved, new Shape(3, 2))).toDoubleArray()[0];
    }
  }

  @Test
  void leafSharesMemoryAndHasAGradientOfItsOwn() {
    NDArray value = manager.create(new float[] {1, 2, 3});
    NDArray first = Autograd.leaf(value, manager);
    NDArray second = Autograd.leaf(value, manager);
    try (Autograd recording = Autograd.recording()) {
      Autograd.backward(first.mul(first).sum());
    }
    assertThat(gradient(first)).containsExactly(2, 4, 6);
    assertThat(Autograd.gradient(second)).isNull();
    assertThat(value.hasGradient()).isFalse();

    new TensorLists().scale(List.of(value), 2);
    assertThat(first.toFloatArray()).containsExactly(2, 4, 6);
  }

  @Test
  void gradientsAddUpOverBackwardPasses() {
    NDArray leaf = Autograd.leaf(manager.create(new float[] {1, 2}), manager);
    for (int i = 0; i < 3; i++) {
      try (Autograd recording = Autograd.recording()) {
        Autograd.backward(leaf.mul(2).sum());
      }
    }
    assertThat(gradient(leaf)).containsExactly(6, 6);
  }

  @Test
  void aLeafThatNothingReachesHasNoGradient() {
    NDArray touched = Autograd.leaf(manager.create(1f), manager);
    NDArray untouched = Autograd.leaf(manager.create(1f), manager);
    try (Autograd recording = Autograd.recording()) {
      Autograd.backward(touched.mul(5));
    }
    assertThat(gradient(touched)).containsExactly(5);
    assertThat(Autograd.gradient(untouched)).isNull();
  }

  @Test
  void trainingsSideBySideEndAsEachWouldAlone() throws Exception {
    List<float[]> alone = List.of(elsewhere(() -> train(1)), elsewhere(() -> train(2)));
    CyclicBarrier barrier = new CyclicBarrier(2);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Callable<float[]> first = () -> {
        barrier.await();
        return train(1);
      };
      Callable<float[]> second = () -> {
        barrier.await();
        return train(2);
      };
      List<Future<float[]>> together = pool.invokeAll(List.of(first, second));
      assertThat(together.get(0).get()).isEqualTo(alone.get(0));
      assertThat(together.get(1).get()).isEqualTo(alone.get(1));
    } finally {
      pool.shutdown();
    }
    assertThat(alone.get(0)).isNotEqualTo(alone.get(1));
  }

  /** Fits a linear map to noise, with an evaluation that records nothing between the steps. */
  private static float[] train(long seed) {
    Kernels kernels = ScriptedKernels.float32();
    TensorLists lists = new TensorLists();
    try (NDManager scope = NDManager.newBaseManager()) {
      Draws draws = new Draws(scope, seed);
      NDArray x = draws.normal(8, 4, 16);
      NDArray target = draws.normal(8, 4, 16);
      NDArray mask = draws.paddingBias(8, 4);
      NDArray weight = draws.normal(16, 16);
      NDArray bias = draws.normal(16);
      List<NDArray> momenta = List.of(weight.zerosLike(), bias.zerosLike());
      for (int step = 0; step < 40; step++) {
        try (NDManager inner = scope.newSubManager()) {
          List<NDArray> leaves = List.of(Autograd.leaf(weight, inner), Autograd.leaf(bias, inner));
          try (Autograd recording = Autograd.recording()) {
            NDArray y = kernels.linear(x, leaves.get(0), leaves.get(1));
            NDArray error = kernels.attention(y, y, y, mask, 2).sub(target);
            Autograd.backward(error.mul(error).mean());
          }
          try (Autograd off = Autograd.off()) {
            lists.sgd(
                List.of(weight, bias),
                leaves.stream()
                    .map(each -> Objects.requireNonNull(Autograd.gradient(each)))
                    .toList(),
                momenta,
                0.05,
                0.9,
                0);
          }
        }
      }
      return weight.toFloatArray();
    }
  }

  private static <T> T elsewhere(Callable<T> code) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      return thread.submit(code).get();
    } finally {
      thread.shutdown();
    }
  }

  private static float[] gradient(NDArray leaf) {
    return Objects.requireNonNull(Autograd.gradient(leaf)).toFloatArray();
  }

  @Test
  void theSlopeOfAFunctionStandsBesideWhateverIsRecorded() {
    NDArray x = manager.create(new float[] {3, -1});
    x.setRequiresGradient(true);
    try (Autograd recording = Autograd.recording()) {
      Autograd.Slope slope = Autograd.slope(x, each -> each.mul(each).mul(each));
      assertThat(slope.value().toFloatArray()).containsExactly(27, -1);
      assertThat(slope.derivative().toFloatArray()).containsExactly(27, 3);
      // Constants: what is made of them has no way back to x.
      Autograd.backward(slope.value().sum().add(x.sum()));
      assertThat(x.getGradient().toFloatArray()).containsExactly(1, 1);
      assertThat(Autograd.isRecording()).isTrue();
    }
  }
}
