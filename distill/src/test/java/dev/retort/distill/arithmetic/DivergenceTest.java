package dev.retort.distill.arithmetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.objective.Gradients;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DivergenceTest {
  private static final int ROWS = 3;
  private static final int CLASSES = 5;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<BinaryOperator<NDArray>> all() {
    return Stream.of(
        (s, t) -> Divergence.forward(s, t, 2),
        (s, t) -> Divergence.reverse(s, t, 2),
        (s, t) -> Divergence.jensenShannon(s, t, 1, 0.9),
        (s, t) -> Divergence.totalVariation(s, t, 3),
        (s, t) -> Divergence.skewForward(s, t, 1, 0.1),
        (s, t) -> Divergence.skewReverse(s, t, 1, 0.1));
  }

  @ParameterizedTest
  @MethodSource("all")
  void bothSidesHaveTheGradientOfCentralDifferences(BinaryOperator<NDArray> divergence) {
    RandomGenerator random = Gradients.stream("divergence", 21);
    NDArray student = Gradients.normal(manager, random, 2, ROWS, CLASSES);
    NDArray teacher = Gradients.normal(manager, random, 2, ROWS, CLASSES);
    Gradients.check(
        List.of(student, teacher), in -> divergence.apply(in.get(0), in.get(1)).sum());
  }

  @ParameterizedTest
  @MethodSource("all")
  void itIsZeroForEqualsAndPositiveAndFiniteForOpposites(BinaryOperator<NDArray> divergence) {
    NDArray student =
        manager.create(new float[] {1e4f, -1e4f, 0, 3, -1e4f, 1e4f, 1e4f, 1e4f}, new Shape(2, 4));
    student.setRequiresGradient(true);
    assertThat(divergence.apply(student, student.stopGradient()).toFloatArray())
        .containsExactly(new float[] {0, 0}, within(1e-6f));
    NDArray teacher = student.stopGradient().neg();
    teacher.setRequiresGradient(true);
    double loss = Gradients.backward(
        List.of(student, teacher), in -> divergence.apply(in.get(0), in.get(1)).sum());
    assertThat(loss).isFinite().isPositive();
    Gradients.assertFinite(student);
    Gradients.assertFinite(teacher);
  }

  @Test
  void valuesAreThoseOfTheDefinition() {
    // p = (0.5, 0.25, 0.25), q = (0.25, 0.5, 0.25).
    NDArray p = manager.create(new double[] {0.5, 0.25, 0.25}, new Shape(1, 3)).log();
    NDArray q = manager.create(new double[] {0.25, 0.5, 0.25}, new Shape(1, 3)).log();
    assertThat(Divergence.forward(q, p, 1).getDouble()).isCloseTo(0.25 * Math.log(2), within(1e-9));
    assertThat(Divergence.totalVariation(q, p, 1).getDouble()).isCloseTo(0.25, within(1e-9));
    double skew = 0.5 * Math.log(0.5 / 0.275) + 0.25 * Math.log(0.25 / 0.475);
    assertThat(Divergence.skewForward(q, p, 1, 0.1).getDouble()).isCloseTo(skew, within(1e-7));
    double js = 0.5 * Math.log(0.5 / 0.375) + 0.25 * Math.log(0.25 / 0.375);
    assertThat(Divergence.jensenShannon(q, p, 1, 0.5).getDouble()).isCloseTo(js, within(1e-7));
    assertThat(Divergence.entropy(p).getDouble()).isCloseTo(1.5 * Math.log(2), within(1e-9));
  }

  @Test
  void wholeSharesAreTheSidesThemselves() {
    NDArray p = manager.create(new float[] {0, 1}, new Shape(1, 2)).logSoftmax(1);
    NDArray q = p.neg();
    assertThat(Divergence.mixture(p, q, 0)).isSameAs(q);
    assertThat(Divergence.mixture(p, q, 1)).isSameAs(p);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Divergence.mixture(p, q, 1.5))
        .withMessageContaining("(1.5)");
  }
}
