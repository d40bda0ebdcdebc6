package dev.retort.distill.objective.procedure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.GaussianKernels;
import dev.retort.distill.objective.Gradients;
import dev.retort.distill.objective.logit.CrossEntropy;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Losses of teachers that are trained too, and their schedules. */
class TeachersSidesTest {
  private static final int ROWS = 4;
  private static final int CLASSES = 3;
  private final NDManager manager = NDManager.newBaseManager();
  private final RandomGenerator random = Gradients.stream("teachers", 61);

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray normal(double scale, long... shape) {
    return Gradients.normal(manager, random, scale, shape);
  }

  @Test
  void teachersLearnAndStudentsStayAsTheyAre() {
    NDArray student = normal(2, ROWS, CLASSES);
    NDArray labels = manager.create(new long[] {0, 2, 1, 1});
    NDArray first = normal(2, ROWS, CLASSES);
    Gradients.check(
        List.of(first),
        in -> new BdKdTeacher().terms(in.get(0), student, labels).total());
    NDArray second = normal(2, ROWS, CLASSES);
    Gradients.check(List.of(second), in -> new ProKtTeacher()
        .total(ProKtTeacher.terms(in.get(0), student, labels)));
    NDArray third = normal(2, ROWS, CLASSES);
    Gradients.check(List.of(third), in -> new ProKtDual(0.5, 0.2, 0.1)
        .total(ProKtTeacher.terms(in.get(0), student, labels)));
    Gradients.assertNone(student);
  }

  @Test
  void teachersOfLargeLogitsAndEmptyBatchesStayFinite() {
    NDArray student = manager.create(new float[] {1e4f, -1e4f, -1e4f, 1e4f}, new Shape(2, 2));
    NDArray teacher = student.neg();
    teacher.setRequiresGradient(true);
    NDArray labels = manager.create(new long[] {0, 1});
    double loss = Gradients.backward(
        List.of(teacher),
        in -> new BdKdTeacher().terms(in.get(0), student, labels).total());
    assertThat(loss).isFinite();
    Gradients.assertFinite(teacher);
    NDArray none = manager.create(new Shape(0, 3));
    NDArray unlabelled = manager.create(new Shape(0), DataType.INT64);
    assertThat(new BdKdTeacher().terms(none, none, unlabelled).total().getFloat())
        .isZero();
    assertThat(
            new ProKtTeacher().total(ProKtTeacher.terms(none, none, unlabelled)).getFloat())
        .isZero();
  }

  @Test
  void theDualVariantPaysForGoingTooFar() {
    NDArray student = normal(2, ROWS, CLASSES);
    NDArray teacher = normal(2, ROWS, CLASSES);
    NDArray labels = manager.create(new long[] {0, 2, 1, 1});
    ProKtTeacher.Terms terms = ProKtTeacher.terms(teacher, student, labels);
    double divergence = terms.student().getDouble();
    double hard = new CrossEntropy().loss(teacher, labels).getDouble();
    ProKtDual dual = new ProKtDual(0.5, 0.25, 0.1);
    assertThat(dual.total(terms).getDouble())
        .isCloseTo(hard + 0.5 * (divergence - 0.25), within(1e-6));
    assertThat(dual.after(1.25)).isEqualTo(new ProKtDual(0.6, 0.25, 0.1));
    assertThat(new ProKtDual(0.01, 1, 0.1).after(0).beta()).isZero();
    assertThat(new ProKtDual()).isEqualTo(new ProKtDual(1, 1, 0.001));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProKtTeacher(1.5))
        .withMessageContaining("(1.5)");
  }

  @Test
  void equalDomainsAreNotApart() {
    UdaTeacher teacher = new UdaTeacher();
    NDArray source = normal(1, 5, 3);
    NDArray target = source.duplicate();
    target.setRequiresGradient(true);
    double loss = Gradients.backward(
        List.of(source, target), in -> teacher.discrepancy(in.get(0), in.get(1)));
    assertThat(loss).isCloseTo(0, within(1e-12));
    for (double each : source.getGradient().toDoubleArray()) {
      assertThat(each).isCloseTo(0, within(1e-12));
    }
  }

  @Test
  void onePointAndNoPointAreNotApart() {
    UdaTeacher teacher = new UdaTeacher();
    for (int rows : new int[] {0, 1, 4}) {
      NDArray source = manager.ones(new Shape(rows, 2));
      NDArray target = manager.ones(new Shape(rows, 2));
      source.setRequiresGradient(true);
      double loss =
          Gradients.backward(List.of(source), in -> teacher.discrepancy(in.get(0), target));
      assertThat(loss).isZero();
      Gradients.assertNone(source);
    }
  }

  @Test
  void unequalDomainsAreCutToTheSmaller() {
    UdaTeacher teacher = new UdaTeacher();
    NDArray source = normal(1, 5, 3);
    NDArray target = normal(1, 2, 3);
    assertThat(teacher.discrepancy(source, target).getDouble())
        .isEqualTo(teacher.discrepancy(source.get(":2"), target).getDouble());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> teacher.discrepancy(source, normal(1, 5, 4)))
        .withMessageContaining("(5, 3)")
        .withMessageContaining("(5, 4)");
  }

  @Test
  void kernelsHaveTheGradientOfCentralDifferencesAtAFixedWidth() {
    NDArray width = manager.create(new double[] {1.7}).squeeze();
    NDArray target = normal(1, 4, 2).stopGradient();
    Gradients.check(List.of(normal(1, 3, 2)), in -> GaussianKernels.sum(
            GaussianKernels.squaredDistances(in.get(0), target), width, 5, 2)
        .sum());
  }

  @Test
  void adaptationSharesTheStepWithDistillation() {
    UdaTeacher teacher = new UdaTeacher();
    NDArray logits = normal(1, ROWS, CLASSES);
    NDArray labels = manager.create(new long[] {0, 2, 1, 1});
    NDArray source = normal(1, ROWS, 2);
    NDArray target = normal(1, ROWS, 2);
    double apart = teacher.discrepancy(source, target).getDouble();
    double hard = new CrossEntropy().loss(logits, labels).getDouble();
    assertThat(teacher.loss(logits, labels, source, target, 0.25, 0.5).getDouble())
        .isCloseTo(0.75 * (hard + 0.5 * apart), within(1e-6));
  }

  @Test
  void schedulesBeginAndEndAsTheAuthors() {
    DistillationGrowth growth = new DistillationGrowth(400);
    assertThat(growth.at(1)).isCloseTo(0.1, within(1e-12));
    assertThat(growth.at(401)).isCloseTo(0.9, within(1e-12));
    AdaptationRamp ramp = new AdaptationRamp(100);
    assertThat(ramp.at(0)).isZero();
    assertThat(ramp.at(100)).isCloseTo(1, within(1e-4));
    AdaptationRate rate = new AdaptationRate(0.001, 400);
    assertThat(rate.at(1)).isEqualTo(0.001);
    assertThat(rate.at(402)).isCloseTo(0.001 / Math.pow(11, 0.75), within(1e-12));
  }
}
