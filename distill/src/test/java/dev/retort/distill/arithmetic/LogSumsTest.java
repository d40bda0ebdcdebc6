package dev.retort.distill.arithmetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.objective.Gradients;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LogSumsTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void meansOfOthersAreThoseOfEachByItself() {
    double[][] rows = {{1, 2, 3}, {5, 5, 5}, {0, 900, -900}, {900, 900, 0}, {-1e4, 1e4, 0}};
    for (double[] row : rows) {
      NDArray x = manager.create(row, new Shape(1, 3));
      double[] found = LogSums.meanOfOthers(x).toDoubleArray();
      for (int j = 0; j < 3; j++) {
        double a = row[(j + 1) % 3];
        double b = row[(j + 2) % 3];
        double expected = Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))) - Math.log(2);
        assertThat(found[j]).isCloseTo(expected, within(1e-6 + 1e-7 * Math.abs(expected)));
      }
    }
  }

  @Test
  void gradientsAreThoseOfCentralDifferences() {
    RandomGenerator random = Gradients.stream("log sums", 51);
    NDArray x = Gradients.normal(manager, random, 2, 3, 4);
    NDArray y = Gradients.normal(manager, random, 2, 3, 4);
    NDArray weights = Gradients.normal(manager, random, 1, 3, 4).stopGradient();
    Gradients.check(
        List.of(x), in -> LogSums.meanOfOthers(in.get(0)).mul(weights).sum());
    Gradients.check(
        List.of(Gradients.normal(manager, random, 2, 3, 4), y),
        in -> LogSums.ofTwo(in.get(0), in.get(1)).mul(weights).sum());
    NDArray z = Gradients.normal(manager, random, 2, 3, 4);
    Gradients.check(List.of(z), in -> LogSums.boundedExp(in.get(0)).mul(weights).sum());
  }

  @Test
  void exponentialsGoOnAsStraightLines() {
    NDArray x = manager.create(new float[] {0, 29, 31, 1e4f});
    x.setRequiresGradient(true);
    Gradients.backward(List.of(x), in -> LogSums.boundedExp(in.get(0)).sum());
    assertThat(LogSums.boundedExp(x).toFloatArray()[3])
        .isCloseTo((float) (Math.exp(30) * (1e4 - 29)), within(1e12f));
    assertThat(x.getGradient().toFloatArray())
        .containsExactly(
            new float[] {1, (float) Math.exp(29), (float) Math.exp(30), (float) Math.exp(30)},
            within(1e7f));
  }

  @Test
  void twoColumnsAreTheLeast() {
    NDArray x = manager.create(new double[] {3, -2}, new Shape(1, 2));
    assertThat(LogSums.meanOfOthers(x).toDoubleArray())
        .containsExactly(new double[] {-2, 3}, within(1e-9));
  }
}
