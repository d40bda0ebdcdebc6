package dev.retort.distill.arithmetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Activation;
import dev.retort.distill.objective.Gradients;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Sums over all pairs that never make them all, held against those that do. */
final class PairsTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void ranksOfManyClassesAreThoseOfAllPairs() {
    RandomGenerator random = Gradients.stream("pairs", 71);
    // The last are too far apart for exponentials of the values themselves.
    for (int[] size : new int[][] {{2, 1100, 2}, {150, 90, 2}, {5, 2, 2}, {3, 200, 60}}) {
      NDArray values = Gradients.normal(manager, random, size[2], size[0], size[1]);
      NDArray order = Gradients.normal(manager, random, 1, size[0], size[1]).stopGradient();
      NDArray ranks = Ranks.sigmoid(values, 0.5);
      NDArray all = allPairs(values);
      assertThat(ranks.sub(all.stopGradient()).abs().max().getDouble()).isLessThan(1e-9);
      Gradients.backward(List.of(values), in -> Ranks.following(
              in.get(0), 0.5, Ranks.sigmoid(in.get(0), 0.5), each -> each.mul(order)
                  .sum(new int[] {1}))
          .sum());
      NDArray gradient = values.getGradient().duplicate();
      values.getGradient().subi(values.getGradient());
      Gradients.backward(List.of(values), in -> allPairs(in.get(0)).mul(order).sum());
      assertThat(gradient.sub(values.getGradient()).abs().max().getDouble()).isLessThan(1e-9);
    }
  }

  private static NDArray allPairs(NDArray values) {
    NDArray scaled = values.div(manager(values, 0.5));
    NDArray gaps = scaled.expandDims(2).sub(scaled.expandDims(1));
    return Activation.sigmoid(gaps).sum(new int[] {2}).add(0.5f);
  }

  private static NDArray manager(NDArray like, double number) {
    return like.getManager().create(number).toType(DataType.FLOAT64, false);
  }

  @Test
  void distancesOfProductsAreTheSameThroughColumns() {
    RandomGenerator random = Gradients.stream("products", 72);
    NDArray a = Gradients.normal(manager, random, 1, 30, 4).softmax(1);
    NDArray b = Gradients.normal(manager, random, 1, 30, 4).softmax(1);
    double[] found = Grams.throughColumns(a, b).toDoubleArray();
    assertThat(found).containsExactly(Grams.direct(a, b).toDoubleArray(), within(1e-12));
    assertThat(Grams.squaredDistances(a, b).toDoubleArray()).containsExactly(found);
    NDArray x = Gradients.normal(manager, random, 1, 7, 3);
    NDArray y = Gradients.normal(manager, random, 1, 7, 3).stopGradient();
    NDArray weights = Gradients.normal(manager, random, 1, 7).stopGradient();
    Gradients.check(
        List.of(x), in -> Grams.squaredDistances(y, in.get(0)).mul(weights).sum());
  }

  @Test
  void nearOnesKeepTheirDistanceInSinglePrecision() {
    RandomGenerator random = Gradients.stream("near", 73);
    NDArray a = Gradients.normal(manager, random, 1, 200, 8).stopGradient().softmax(1);
    NDArray b = a.add(Gradients.normal(manager, random, 1e-4, 200, 8).stopGradient());
    double exact = Grams.direct(a, b).sum().getDouble();
    NDArray found = Grams.squaredDistances(
        a.toType(DataType.FLOAT32, false), b.toType(DataType.FLOAT32, false));
    assertThat(found.getDataType()).isEqualTo(DataType.FLOAT32);
    assertThat((double) found.sum().getFloat()).isCloseTo(exact, within(1e-3 * exact));
  }
}
