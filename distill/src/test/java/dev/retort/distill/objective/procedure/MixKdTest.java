package dev.retort.distill.objective.procedure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.objective.Gradients;
import dev.retort.distill.objective.procedure.MixKd.Distance;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MixKdTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest
  @EnumSource
  void gradientsAreThoseOfCentralDifferences(Distance distance) {
    RandomGenerator random = Gradients.stream("mixkd " + distance, 51);
    MixKd mix = new MixKd(0.5, 2, distance);
    NDArray teacher = Gradients.normal(manager, random, 2, 4, 3);
    // The mean squared error takes its target as float32.
    NDArray rounded = teacher.toType(DataType.FLOAT32, true).toType(DataType.FLOAT64, true);
    NDArray labels = manager.create(new long[] {0, 2, 1, 1});
    NDArray others = manager.create(new long[] {1, 1, 2, 0});
    Gradients.check(
        List.of(
            Gradients.normal(manager, random, 2, 4, 3), Gradients.normal(manager, random, 2, 4, 3)),
        in -> mix.total(mix.terms(in.get(0), in.get(1), rounded, labels, others, 0.3)));
    Gradients.assertNone(teacher);
  }

  @Test
  void everyInputIsMixedWithItsPartner() {
    NDArray inputs = manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(3, 1, 2));
    NDArray partners = manager.create(new long[] {2, 1, 0});
    assertThat(MixKd.mixed(inputs, partners, 0.75).toFloatArray())
        .containsExactly(2, 3, 3, 4, 4, 5);
    assertThat(MixKd.mixed(inputs, partners, 1)).isEqualTo(inputs);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MixKd.mixed(inputs, partners, 1.5))
        .withMessageContaining("(1.5)");
  }

  @Test
  void mixingReachesBothInputs() {
    RandomGenerator random = Gradients.stream("mixkd inputs", 52);
    NDArray partners = manager.create(new long[] {1, 1});
    NDArray weights = Gradients.normal(manager, random, 1, 2, 3).stopGradient();
    Gradients.check(
        List.of(Gradients.normal(manager, random, 1, 2, 3)),
        in -> MixKd.mixed(in.get(0), partners, 0.5).mul(weights).sum());
  }

  @ParameterizedTest
  @EnumSource
  void whatIsMadeBelongsToTheStudentsManager(Distance distance) {
    RandomGenerator random = Gradients.stream("mixkd managers", 53);
    NDArray teacher = Gradients.normal(manager, random, 2, 4, 3);
    NDArray labels = manager.create(new long[] {0, 2, 1, 1});
    int before = manager.getManagedArrays().size();
    try (NDManager step = manager.newSubManager()) {
      NDArray logits = Gradients.normal(step, random, 2, 4, 3);
      MixKd.mixed(logits, labels, 0.5);
      new MixKd(1, 1, distance).terms(logits, logits, teacher, labels, labels, 0.5);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void scoresAreMixed() {
    NDArray clean = manager.create(new float[] {1, 2}, new Shape(2, 1));
    NDArray mixed = manager.create(new float[] {3, 4}, new Shape(2, 1));
    NDArray scores = manager.create(new float[] {0, 4});
    NDArray others = manager.create(new float[] {4, 0});
    MixKd.Terms terms =
        new MixKd().terms(clean, mixed, manager.zeros(new Shape(2, 1)), scores, others, 0.25);
    assertThat(terms.clean().getFloat()).isEqualTo(2.5f);
    assertThat(terms.mixed().getFloat()).isEqualTo(4.5f);
    assertThat(terms.teacher().getFloat()).isEqualTo(12.5f);
  }

  @Test
  void extremesAndEmptyBatchesAreFiniteAndShapesAreChecked() {
    NDArray far = manager.create(new float[] {1e4f, -1e4f, -1e4f, 1e4f}, new Shape(2, 2));
    far.setRequiresGradient(true);
    NDArray labels = manager.create(new long[] {1, 0});
    MixKd mix = new MixKd();
    assertThat(Gradients.backward(
            List.of(far),
            in -> mix.total(mix.terms(in.get(0), in.get(0), far.neg(), labels, labels, 0.5))))
        .isFinite();
    Gradients.assertFinite(far);
    NDArray none = manager.create(new Shape(0, 2));
    NDArray no = manager.create(new Shape(0), DataType.INT64);
    assertThat(mix.total(mix.terms(none, none, none, no, no, 0.5)).getFloat()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mix.terms(far, far, none, labels, labels, 0.5))
        .withMessageContaining("(0, 2)")
        .withMessageContaining("(2, 2)");
    assertThat(new MixKd(1, 1, Distance.KL)).isEqualTo(mix);
    assertThat(mix.total(mix.terms(far, far, far, labels, labels, 1)).getFloat())
        .isCloseTo(4e4f, within(1f));
  }
}
