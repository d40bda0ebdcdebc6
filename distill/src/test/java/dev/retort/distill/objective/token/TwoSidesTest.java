package dev.retort.distill.objective.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.objective.Gradients;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.distill.objective.token.Okd.Direction;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses of two networks that both learn: OKD and CTCD. */
class TwoSidesTest {
  private static final int WORDS = 5;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<LogitObjective> all() {
    return Stream.of(
        new Okd(),
        new Okd(0.5, 2, Direction.OWN_TO_OTHER),
        new Ctcd(),
        new Ctcd(1, 0.75, 1, 0.25, 1));
  }

  private NDArray labels() {
    return manager.create(new long[] {-100, 1, 0, 1, -100, -100}, new Shape(2, 3));
  }

  @ParameterizedTest
  @MethodSource("all")
  void gradientIsThatOfCentralDifferencesAndNoneReachesTheTeacher(LogitObjective objective) {
    RandomGenerator random = Gradients.stream(objective.toString(), 31);
    for (int words : new int[] {2, WORDS}) {
      NDArray student = Gradients.normal(manager, random, 2, 2, 3, words);
      NDArray teacher = Gradients.normal(manager, random, 2, 2, 3, words);
      Gradients.check(List.of(student), in -> objective.loss(in.get(0), teacher, labels()));
      Gradients.assertNone(teacher);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void tokensThatAreIgnoredCountForNothing(LogitObjective objective) {
    RandomGenerator random = Gradients.stream(objective.toString(), 32);
    NDArray student = Gradients.normal(manager, random, 2, 2, 3, WORDS);
    NDArray teacher = Gradients.normal(manager, random, 2, 2, 3, WORDS);
    NDArray places = manager.create(new long[] {1, 2, 3});
    double counted = objective
        .loss(
            student.reshape(6, WORDS).get(places),
            teacher.reshape(6, WORDS).get(places),
            labels().flatten().get(places))
        .getDouble();
    assertThat(objective.loss(student, teacher, labels()).getDouble())
        .isCloseTo(counted, within(1e-12));
    NDArray none = manager.full(new Shape(2, 3), -100, DataType.INT64);
    assertThat(Gradients.backward(List.of(student), in -> objective.loss(in.get(0), teacher, none)))
        .isZero();
    Gradients.assertNone(student);
  }

  @ParameterizedTest
  @MethodSource("all")
  void logitsOfTenThousandStayFinite(LogitObjective objective) {
    NDArray student =
        manager.create(new float[] {1e4f, -1e4f, 1e4f, -1e4f, -1e4f, 1e4f}, new Shape(2, 3));
    student.setRequiresGradient(true);
    NDArray teacher = student.stopGradient().neg();
    NDArray labels = manager.create(new long[] {1, 0});
    assertThat(
            Gradients.backward(List.of(student), in -> objective.loss(in.get(0), teacher, labels)))
        .isFinite();
    Gradients.assertFinite(student);
  }

  @ParameterizedTest
  @MethodSource("all")
  void unfittingShapesAreRefused(LogitObjective objective) {
    NDArray logits = manager.zeros(new Shape(2, 3, WORDS));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> objective.loss(logits, logits.get(0), labels()))
        .withMessageStartingWith(objective.name() + ": teacher logits have shape (3, 5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> objective.loss(logits, logits, labels().flatten()))
        .withMessageContaining("labels have shape (6)")
        .withMessageContaining("(2, 3)");
    NDArray one = manager.zeros(new Shape(2, 3, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> objective.loss(one, one, labels()))
        .withMessageContaining("at least 2 tokens");
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsMadeBelongsToTheStudentsManager(LogitObjective objective) {
    RandomGenerator random = Gradients.stream(objective.toString(), 36);
    NDArray teacher = Gradients.normal(manager, random, 1, 2, 3, WORDS);
    NDArray labels = labels();
    int before = manager.getManagedArrays().size();
    try (NDManager step = manager.newSubManager()) {
      objective.loss(Gradients.normal(step, random, 1, 2, 3, WORDS), teacher, labels);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void aModuleAtZeroIsPlainDistillation() {
    RandomGenerator random = Gradients.stream("okd", 33);
    NDArray student = Gradients.normal(manager, random, 2, 4, WORDS);
    NDArray teacher = Gradients.normal(manager, random, 2, 4, WORDS);
    NDArray labels = manager.create(new long[] {0, 4, 2, 2});
    double plain = new CrossEntropy().loss(student, labels).getDouble()
        + new LogitKd(1).loss(student, teacher).getDouble();
    assertThat(new Okd().loss(student, teacher, labels).getDouble())
        .isCloseTo(plain, within(1e-12));
  }

  @Test
  void theModuleLearnsAndTheStudentIsAConstantToIt() {
    RandomGenerator random = Gradients.stream("okd module", 34);
    NDArray student = Gradients.normal(manager, random, 2, 2, 3, WORDS);
    NDArray base = Gradients.normal(manager, random, 2, 2, 3, WORDS).stopGradient();
    NDArray delta = Gradients.normal(manager, random, 1, 2, 3, WORDS);
    Okd okd = new Okd(1, 0.5, Direction.OTHER_TO_OWN);
    Gradients.check(
        List.of(delta), in -> okd.total(okd.terms(base.add(in.get(0)), student, labels())));
    Gradients.assertNone(student);
  }

  @Test
  void theJointLossGivesEachNetworkItsOwnHalf() {
    RandomGenerator random = Gradients.stream("ctcd", 35);
    NDArray student = Gradients.normal(manager, random, 2, 2, 3, WORDS);
    NDArray teacher = Gradients.normal(manager, random, 2, 2, 3, WORDS);
    Ctcd joint = new Ctcd(2, 0.75, 0.5, 0.25, 3);
    Gradients.backward(
        List.of(student, teacher), in -> joint.total(joint.terms(in.get(0), in.get(1), labels())));
    assertHalf(student, teacher, new Ctcd(2, 0.75, 0, 0.25, 0));
    assertHalf(teacher, student, new Ctcd(2, 0.5, 0, 3, 0));
  }

  private void assertHalf(NDArray own, NDArray other, Ctcd half) {
    NDArray alone = manager.create(own.toDoubleArray(), own.getShape());
    alone.setRequiresGradient(true);
    Gradients.backward(List.of(alone), in -> half.loss(in.get(0), other, labels()));
    double[] expected = alone.getGradient().toDoubleArray();
    assertThat(own.getGradient().toDoubleArray()).containsExactly(expected, within(1e-12));
  }
}
