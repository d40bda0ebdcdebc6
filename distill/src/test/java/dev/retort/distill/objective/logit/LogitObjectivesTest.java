package dev.retort.distill.objective.logit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.ImageBatch;
import dev.retort.distill.objective.Gradients;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.LossInputs;
import dev.retort.space.Architecture;
import dev.retort.supernet.Outputs;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LogitObjectivesTest {
  private static final int ROWS = 5;
  private static final int CLASSES = 7;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<LogitObjective> all() {
    return Stream.of(
        new CrossEntropy(),
        new CrossEntropy(0.1),
        new LogitKd(1),
        new LogitKd(4),
        new LogitKd(3, LogitKd.Form.CROSS_ENTROPY),
        new Dkd(),
        new Dkd(1, 0.5, 1),
        new Dist(),
        new Dist(1, 2, 4),
        new Mlkd(),
        new Mlkd(1, ImmutableList.of(3.0, 2.0), Mlkd.Form.MASKED),
        new Wsl(),
        new BdKd(),
        new BdKd(2, new Balance.Equal()),
        new BdKd(1, new Balance.Gap(3, true)),
        new Cmkd(),
        cmkd(Cmkd.Representation.PROBABILITIES, 1, Cmkd.SoftRank.SIGMOID, 0.1),
        cmkd(Cmkd.Representation.STANDARDISED, 2, Cmkd.SoftRank.L2, 0.2),
        cmkd(Cmkd.Representation.LOGITS, 1, Cmkd.SoftRank.L2, 1),
        new ProKt(),
        new UdaKd(),
        new UdaKd(2, 0.5, UdaKd.Direction.STUDENT_TEACHER),
        new Nkd(),
        new Nkd(3.5, 3));
  }

  private static Cmkd cmkd(
      Cmkd.Representation representation, double temperature, Cmkd.SoftRank rank, double strength) {
    return new Cmkd(representation, temperature, rank, strength, Cmkd.Weighting.ENTROPY);
  }

  /** Without WSL, whose weights follow the student but are constants. */
  static Stream<LogitObjective> withoutWeightsOfTheStudent() {
    return all().filter(each -> !(each instanceof Wsl));
  }

  private NDArray labels(RandomGenerator random, int rows, int classes) {
    return manager.create(random.longs(rows, 0, classes).toArray());
  }

  private NDArray shares(RandomGenerator random, int rows, int classes) {
    NDArray scores = Gradients.normal(manager, random, 2, rows, classes);
    return scores.stopGradient().softmax(1).toType(DataType.FLOAT32, false);
  }

  @ParameterizedTest
  @MethodSource("withoutWeightsOfTheStudent")
  void gradientIsThatOfCentralDifferencesAndNoneReachesTheTeacher(LogitObjective objective) {
    RandomGenerator random = Gradients.stream(objective.toString(), 11);
    for (int classes : new int[] {2, CLASSES}) {
      NDArray student = Gradients.normal(manager, random, 2, ROWS, classes);
      NDArray teacher = Gradients.normal(manager, random, 2, ROWS, classes);
      NDArray hard = labels(random, ROWS, classes);
      NDArray soft = shares(random, ROWS, classes);
      Gradients.check(List.of(student), in -> objective.loss(in.get(0), teacher, hard));
      Gradients.assertNone(teacher);
      if (objective.readsLabels()) {
        NDArray again = Gradients.normal(manager, random, 2, ROWS, classes);
        Gradients.check(List.of(again), in -> objective.loss(in.get(0), teacher, soft));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void logitsOfTenThousandStayFinite(LogitObjective objective) {
    RandomGenerator random = Gradients.stream(objective.toString(), 12);
    float[] signs = new float[ROWS * CLASSES];
    for (int i = 0; i < signs.length; i++) {
      signs[i] = random.nextBoolean() ? 1e4f : -1e4f;
    }
    NDArray student = manager.create(signs, new Shape(ROWS, CLASSES));
    student.setRequiresGradient(true);
    NDArray teacher = student.stopGradient().neg();
    NDArray labels = labels(random, ROWS, CLASSES);
    double loss =
        Gradients.backward(List.of(student), in -> objective.loss(in.get(0), teacher, labels));
    assertThat(loss).isFinite();
    Gradients.assertFinite(student);
  }

  @ParameterizedTest
  @MethodSource("all")
  void anEmptyBatchGivesZero(LogitObjective objective) {
    NDArray student = manager.create(new Shape(0, 3));
    student.setRequiresGradient(true);
    NDArray labels = manager.create(new Shape(0), DataType.INT64);
    double loss = Gradients.backward(
        List.of(student), in -> objective.loss(in.get(0), student.stopGradient(), labels));
    assertThat(loss).isZero();
  }

  @ParameterizedTest
  @MethodSource("all")
  void oneClassAndUnfittingShapesAreRefused(LogitObjective objective) {
    NDArray labels = manager.zeros(new Shape(4), DataType.INT64);
    NDArray one = manager.zeros(new Shape(4, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> objective.loss(one, one, labels))
        .withMessageContaining(objective.name())
        .withMessageContaining("(4, 1)");
    NDArray three = manager.zeros(new Shape(4, 3));
    NDArray two = manager.zeros(new Shape(3, 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> objective.loss(three, two, two))
        .withMessageContaining("(3, 2)")
        .withMessageContaining("(4, 3)");
    if (objective.readsLabels()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> objective.loss(three, three, labels.toType(DataType.FLOAT32, true)))
          .withMessageContaining("float32");
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void asLossIsTheSame(LogitObjective objective) {
    RandomGenerator random = Gradients.stream(objective.toString(), 13);
    NDArray student = Gradients.normal(manager, random, 2, ROWS, CLASSES);
    NDArray teacher = Gradients.normal(manager, random, 2, ROWS, CLASSES);
    NDArray labels = labels(random, ROWS, CLASSES);
    NDList given = new NDList();
    if (objective.readsLabels()) {
      given.add(labels);
    }
    if (objective.readsTeacher()) {
      given.add(teacher);
    }
    assertThat(objective.asLoss().evaluate(given, new NDList(student)))
        .isEqualTo(objective.loss(student, teacher, labels));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> objective.asLoss().evaluate(new NDList(), new NDList(student)))
        .withMessageContaining("(0) labels");
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsMadeBelongsToTheStudentsManager(LogitObjective objective) {
    RandomGenerator random = Gradients.stream(objective.toString(), 14);
    NDArray teacher = Gradients.normal(manager, random, 1, ROWS, CLASSES);
    NDArray labels = labels(random, ROWS, CLASSES);
    NDArray soft = shares(random, ROWS, CLASSES);
    int before = manager.getManagedArrays().size();
    try (NDManager step = manager.newSubManager()) {
      NDArray student = Gradients.normal(step, random, 1, ROWS, CLASSES);
      objective.loss(student, teacher, labels);
      objective.loss(student, teacher, soft);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @ParameterizedTest
  @MethodSource("all")
  void eachPixelOfDenseLogitsIsARow(LogitObjective objective) {
    RandomGenerator random = Gradients.stream(objective.toString(), 19);
    NDArray student = Gradients.normal(manager, random, 2, 2, 3, 4, 5);
    NDArray teacher = Gradients.normal(manager, random, 2, 2, 3, 4, 5);
    NDArray labels = labels(random, 40, 3);
    Architecture network = Architecture.parse("bert:layers=1,hidden=8,heads=2,ratio=2,classes=3");
    LossInputs inputs = new LossInputs(
        new Outputs(student, ImmutableMap.of()),
        new Outputs(teacher, ImmutableMap.of()),
        new ImageBatch(
            manager.zeros(new Shape(2, 3, 4, 5)), labels.reshape(2, 4, 5), new int[] {0, 1}),
        network,
        network,
        ImmutableMap.of());
    assertThat(objective.loss(inputs))
        .isEqualTo(objective.loss(pixels(student), pixels(teacher), labels));
  }

  private static NDArray pixels(NDArray maps) {
    return maps.transpose(0, 2, 3, 1).reshape(40, 3);
  }

  @Test
  void nkdOfTwoClassesHasNoNonTargetPart() {
    RandomGenerator random = Gradients.stream("nkd", 15);
    NDArray student = Gradients.normal(manager, random, 3, ROWS, 2);
    NDArray teacher = Gradients.normal(manager, random, 3, ROWS, 2);
    double loss = Gradients.backward(
        List.of(student),
        in -> new Nkd().terms(in.get(0), teacher, labels(random, ROWS, 2)).nonTarget());
    assertThat(loss).isZero();
    Gradients.assertNone(student);
  }

  @Test
  void crossEntropyFormIsTheDivergencePlusTheTeachersEntropy() {
    RandomGenerator random = Gradients.stream("kd", 16);
    NDArray student = Gradients.normal(manager, random, 2, ROWS, CLASSES);
    NDArray teacher = Gradients.normal(manager, random, 2, ROWS, CLASSES);
    NDArray p = teacher.div(2).softmax(1);
    double entropy = p.mul(p.log()).sum().neg().getDouble() / ROWS;
    double divergence = new LogitKd(2).loss(student, teacher).getDouble();
    double cross =
        new LogitKd(2, LogitKd.Form.CROSS_ENTROPY).loss(student, teacher).getDouble();
    assertThat(cross).isCloseTo(divergence + 4 * entropy, within(1e-6));
  }

  @Test
  void smoothedLabelsAreTheSharesTheyStandFor() {
    RandomGenerator random = Gradients.stream("cross-entropy", 17);
    NDArray student = Gradients.normal(manager, random, 2, ROWS, CLASSES);
    NDArray labels = labels(random, ROWS, CLASSES);
    NDArray shares = labels.oneHot(CLASSES).mul(0.9f).add(0.1f / CLASSES);
    assertThat(new CrossEntropy(0.1).loss(student, labels).getDouble())
        .isCloseTo(new CrossEntropy().loss(student, shares).getDouble(), within(1e-6));
  }

  @Test
  void meanSquaredErrorIsTheMeanOfSquares() {
    NDArray predictions = manager.create(new float[] {1, 2, 4}, new Shape(3, 1));
    NDArray scores = manager.create(new float[] {0, 2, 1});
    assertThat(new MeanSquaredError().loss(predictions, scores).getFloat())
        .isCloseTo(10f / 3, within(1e-6f));
    RandomGenerator random = Gradients.stream("mse", 18);
    NDArray wide = Gradients.normal(manager, random, 1, ROWS, 2);
    NDArray target = Gradients.normal(manager, random, 1, ROWS, 2).toType(DataType.FLOAT32, true);
    Gradients.check(List.of(wide), in -> new MeanSquaredError().loss(in.get(0), target));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MeanSquaredError().loss(wide, scores))
        .withMessageContaining("(5, 2)")
        .withMessageContaining("(3)");
  }
}
