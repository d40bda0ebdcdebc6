package dev.retort.supernet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Held against the formulas with whole arrays [B,A,S,S], whose numbers are floats. */
final class RelationDistanceTest {
  private static final long SEED = 61;
  private static final int[] LENGTHS = {9, 4, 1, 0, 9};

  private final NDManager manager = NDManager.newBaseManager();
  private final Autograd recording = Autograd.recording();
  private final Draws draws = new Draws(manager, SEED);

  @AfterEach
  void close() {
    recording.close();
    manager.close();
  }

  @ParameterizedTest
  @EnumSource(RelationDistance.class)
  void valuesAndGradientsAreThoseOfTheFormula(RelationDistance distance) {
    for (NDArray mask : new NDArray[] {null, mask(9, 9, 9, 9, 9), mask(LENGTHS)}) {
      NDArray x = draws.doubles(5, 3, 9, 4);
      NDArray y = draws.doubles(5, 3, 9, 4);
      NDArray u = draws.doubles(5, 3, 9, 6);
      NDArray v = draws.doubles(5, 3, 9, 6);
      same(List.of(x), () -> distance.of(x, u, mask), () -> plain(distance, x, x, u, u, mask));
      same(
          List.of(x, y),
          () -> distance.of(x, y, u, v, mask),
          () -> plain(distance, x, y, u, v, mask));
    }
  }

  @ParameterizedTest
  @EnumSource(RelationDistance.class)
  void partsOfABatchAddUp(RelationDistance distance) {
    // Two examples at a time and one at the end, of projections that lie as networks give them.
    int[] lengths = {400, 240, 400};
    NDArray mask = mask(lengths);
    NDArray x = draws.doubles(3, 400, 3 * 4).reshape(3, 400, 3, 4).transpose(0, 2, 1, 3);
    NDArray u = draws.doubles(3, 400, 3 * 4).reshape(3, 400, 3, 4).transpose(0, 2, 1, 3);
    same(List.of(x), () -> distance.of(x, u, mask), () -> plain(distance, x, x, u, u, mask));
  }

  @ParameterizedTest
  @EnumSource(RelationDistance.class)
  void nothingToCompareIsZeroWithoutGradient(RelationDistance distance) {
    NDArray x = draws.normal(2, 3, 5, 4);
    x.setRequiresGradient(true);
    NDArray loss = distance.of(x, draws.normal(2, 3, 5, 4), manager.zeros(new Shape(2, 5)));
    Autograd.backward(loss);
    assertThat(loss.getFloat()).isZero();
    assertThat(x.getGradient().abs().max().getFloat()).isZero();
    NDArray empty = manager.create(new Shape(0, 3, 5, 4));
    assertThat(distance.of(empty, empty, null).getFloat()).isZero();
    assertThat(distance.of(empty, empty, empty, empty, null).getFloat()).isZero();
  }

  @Test
  void whatIsNotRecordedHasTheSameValue() {
    NDArray x = draws.normal(2, 3, 5, 4);
    NDArray u = draws.normal(2, 3, 5, 4);
    x.setRequiresGradient(true);
    float recorded = RelationDistance.DIVERGENCE.of(x, u, null).getFloat();
    try (Autograd off = Autograd.off()) {
      assertThat(RelationDistance.DIVERGENCE.of(x, u, null).getFloat()).isEqualTo(recorded);
    }
  }

  private NDArray mask(int... lengths) {
    int longest = Arrays.stream(lengths).max().orElseThrow();
    float[] ones = new float[lengths.length * longest];
    for (int i = 0; i < lengths.length; i++) {
      Arrays.fill(ones, i * longest, i * longest + lengths[i], 1);
    }
    return manager.create(ones, new Shape(lengths.length, longest));
  }

  private static void same(List<NDArray> of, Supplier<NDArray> fast, Supplier<NDArray> plain) {
    of.forEach(each -> each.setRequiresGradient(true));
    NDArray loss = fast.get();
    Autograd.backward(loss);
    List<NDArray> gradients =
        of.stream().map(each -> each.getGradient().duplicate()).toList();
    of.forEach(each -> each.getGradient().subi(each.getGradient()));
    NDArray expected = plain.get();
    Autograd.backward(expected);
    assertThat(loss.getDouble()).isCloseTo(expected.getDouble(), within(1e-6));
    for (int i = 0; i < gradients.size(); i++) {
      NDArray difference = gradients.get(i).sub(of.get(i).getGradient());
      assertThat(difference.abs().max().getDouble()).isLessThan(1e-7);
      of.get(i).getGradient().subi(of.get(i).getGradient());
    }
  }

  private NDArray plain(
      RelationDistance distance,
      NDArray x,
      NDArray y,
      NDArray u,
      NDArray v,
      @Nullable NDArray mask) {
    Shape shape = x.getShape();
    NDArray ones = manager.ones(new Shape(shape.get(0), shape.get(2)), DataType.FLOAT64);
    NDArray valid = mask == null ? ones : mask.toType(DataType.FLOAT64, false);
    NDArray columns = valid.expandDims(1).expandDims(1);
    NDArray own = scores(x, y);
    NDArray other = scores(u, v);
    NDArray out = columns.sub(1).mul(1e30f);
    NDArray pairs = columns.mul(valid.expandDims(1).expandDims(3));
    NDArray all = pairs.sum().mul((float) shape.get(1));
    return switch (distance) {
      case DIVERGENCE -> {
        NDArray p = own.add(out).logSoftmax(-1);
        NDArray q = other.add(out).logSoftmax(-1);
        NDArray rows = q.exp().mul(q.sub(p)).sum(new int[] {3});
        NDArray weights = valid.div(valid.sum(new int[] {1}, true).maximum(1f));
        NDArray count = manager.full(new Shape(), shape.get(0) * shape.get(1), DataType.FLOAT64);
        yield rows.mul(weights.expandDims(1)).sum().div(count);
      }
      case MEAN_SQUARE_OF_RELATIONS -> {
        NDArray gap = own.add(out).softmax(-1).sub(other.add(out).softmax(-1));
        yield gap.square().mul(pairs).sum().div(all);
      }
      case MEAN_SQUARE_OF_SCORES -> own.sub(other).square().mul(pairs).sum().div(all);
    };
  }

  private static NDArray scores(NDArray x, NDArray y) {
    return Scaling.by(
        x.matMul(y.transpose(0, 1, 3, 2)), 1 / Math.sqrt(x.getShape().get(3)));
  }
}
