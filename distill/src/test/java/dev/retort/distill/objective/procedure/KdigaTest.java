package dev.retort.distill.objective.procedure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.objective.Gradients;
import dev.retort.distill.objective.procedure.Kdiga.Reduction;
import dev.retort.space.Activation;
import dev.retort.space.image.Window;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KdigaTest {
  private final NDManager manager = NDManager.newBaseManager();
  private final Kernels kernels = ScriptedKernels.float32();

  @AfterEach
  void close() {
    manager.close();
  }

  private static UnaryOperator<NDArray> perceptron(List<NDArray> weights) {
    return x -> x.matMul(weights.get(0)).tanh().matMul(weights.get(1));
  }

  private List<NDArray> weights(RandomGenerator random) {
    return List.of(
        Gradients.normal(manager, random, 1, 4, 5), Gradients.normal(manager, random, 1, 5, 3));
  }

  @ParameterizedTest
  @EnumSource
  void theSecondDerivativeReachesTheWeights(Reduction reduction) {
    RandomGenerator random = Gradients.stream("kdiga " + reduction, 61);
    Kdiga kdiga = new Kdiga(0.3, 2, 2, reduction);
    NDArray x = Gradients.normal(manager, random, 1, 3, 4).stopGradient();
    NDArray labels = manager.create(new long[] {0, 2, 1});
    List<NDArray> teacher = weights(random);
    Gradients.check(
        weights(random), in -> loss(kdiga, x, labels, perceptron(in), perceptron(teacher)));
    teacher.forEach(Gradients::assertNone);
  }

  private static NDArray loss(
      Kdiga kdiga,
      NDArray x,
      NDArray labels,
      UnaryOperator<NDArray> student,
      UnaryOperator<NDArray> teacher) {
    try (Autograd recording = Autograd.recording()) {
      return kdiga.total(kdiga.terms(x, labels, student, teacher));
    }
  }

  @Test
  void itReachesTheWeightsOfConvolutions() {
    RandomGenerator random = Gradients.stream("kdiga convolution", 62);
    NDArray x = Gradients.normal(manager, random, 1, 2, 2, 5, 5).stopGradient();
    NDArray labels = manager.create(new long[] {0, 2});
    List<NDArray> teacher = List.of(
        Gradients.normal(manager, random, 0.5, 3, 2, 3, 3),
        Gradients.normal(manager, random, 0.5, 3, 3));
    List<NDArray> student = List.of(
        Gradients.normal(manager, random, 0.5, 3, 2, 3, 3),
        Gradients.normal(manager, random, 0.5, 3, 3));
    Gradients.check(
        student,
        in -> loss(new Kdiga(0, 4, 1, Reduction.ROWS), x, labels, image(in), image(teacher)));
  }

  private UnaryOperator<NDArray> image(List<NDArray> weights) {
    return x -> {
      NDArray maps = kernels.convolution(x, weights.get(0), null, Window.centred(3, 1), 1);
      NDArray active = kernels.activate(maps, Activation.SILU);
      return kernels.linear(kernels.globalAverage(active), weights.get(1), null);
    };
  }

  @Test
  void twinsHaveNoDistanceAndAFiniteGradient() {
    RandomGenerator random = Gradients.stream("kdiga twins", 63);
    NDArray x = Gradients.normal(manager, random, 1, 3, 4).stopGradient();
    NDArray labels = manager.create(new long[] {0, 2, 1});
    List<NDArray> twin = weights(random);
    double loss = Gradients.backward(
        twin,
        in -> new Kdiga().terms(x, labels, perceptron(in), perceptron(twin)).distance());
    assertThat(loss).isCloseTo(0, within(1.1e-6));
    twin.forEach(Gradients::assertNone);
  }

  @Test
  void confidentNetworksStayFinite() {
    NDArray x = manager.create(new float[] {1e4f, -1e4f}, new Shape(2, 1));
    NDArray labels = manager.create(new long[] {0, 1});
    NDArray weight = manager.create(new float[] {1, -1}, new Shape(1, 2));
    weight.setRequiresGradient(true);
    double loss = Gradients.backward(
        List.of(weight),
        in -> loss(new Kdiga(), x, labels, y -> y.matMul(in.get(0)), y -> y.matMul(weight)
            .neg()));
    assertThat(loss).isFinite();
    Gradients.assertFinite(weight);
  }

  @Test
  void theDivergenceMayBeTakenOnOtherInputs() {
    RandomGenerator random = Gradients.stream("kdiga other inputs", 64);
    NDArray x = Gradients.normal(manager, random, 1, 3, 4).stopGradient();
    NDArray moved = Gradients.normal(manager, random, 1, 3, 4).stopGradient();
    NDArray labels = manager.create(new long[] {0, 2, 1});
    UnaryOperator<NDArray> student = perceptron(weights(random));
    UnaryOperator<NDArray> teacher = perceptron(weights(random));
    Kdiga kdiga = new Kdiga();
    Kdiga.Terms other = kdiga.terms(x, moved, labels, student, teacher);
    Kdiga.Terms clean = kdiga.terms(x, labels, student, teacher);
    Kdiga.Terms there = kdiga.terms(moved, labels, student, teacher);
    assertThat(other.kl()).isEqualTo(there.kl());
    assertThat(other.ce()).isEqualTo(clean.ce());
    assertThat(other.distance()).isEqualTo(clean.distance());
  }

  @Test
  void reductionsDifferByTheClassesAndShapesAreChecked() {
    RandomGenerator random = Gradients.stream("kdiga reductions", 65);
    NDArray x = Gradients.normal(manager, random, 1, 3, 4).stopGradient();
    NDArray labels = manager.create(new long[] {0, 2, 1});
    UnaryOperator<NDArray> student = perceptron(weights(random));
    UnaryOperator<NDArray> teacher = perceptron(weights(random));
    double elements = new Kdiga().terms(x, labels, student, teacher).kl().getDouble();
    double rows = new Kdiga(0.5, 0.5, 1, Reduction.ROWS)
        .terms(x, labels, student, teacher)
        .kl()
        .getDouble();
    assertThat(rows).isCloseTo(3 * elements, within(1e-12));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Kdiga().terms(x, labels, student, y -> y))
        .withMessageContaining("kdiga")
        .withMessageContaining("(3, 4)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Kdiga(2, 0, 1, Reduction.ROWS))
        .withMessageContaining("(2.0)");
  }
}
