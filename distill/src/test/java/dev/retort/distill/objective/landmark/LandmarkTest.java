package dev.retort.distill.objective.landmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.objective.Gradients;
import dev.retort.distill.objective.LogitObjective;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.Objectives;
import dev.retort.distill.objective.procedure.LandmarkKd;
import dev.retort.space.Architecture;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LandmarkTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<LogitObjective> all() {
    return Stream.of(new LandmarkMain(), LandmarkAssist.tough(), LandmarkAssist.tolerant());
  }

  private NDArray row(double... values) {
    return manager.create(values, new Shape(1, values.length));
  }

  @ParameterizedTest
  @MethodSource("all")
  void gradientIsThatOfCentralDifferencesAndNoneReachesTheTeacher(LogitObjective objective) {
    RandomGenerator random = Gradients.stream(objective.toString(), 41);
    NDArray prediction = Gradients.normal(manager, random, 1, 3, 8);
    NDArray teacher = Gradients.normal(manager, random, 1, 3, 8);
    NDArray truth = Gradients.normal(manager, random, 1, 3, 8);
    Gradients.check(List.of(prediction), in -> objective.loss(in.get(0), teacher, truth));
    Gradients.assertNone(teacher);
    Gradients.assertNone(truth);
  }

  @ParameterizedTest
  @MethodSource("all")
  void aPredictionOnTheTruthHasNoLossAndNoGradient(LogitObjective objective) {
    NDArray truth = row(0.5, -0.25);
    NDArray prediction = row(0.5, -0.25);
    prediction.setRequiresGradient(true);
    assertThat(Gradients.backward(
            List.of(prediction), in -> objective.loss(in.get(0), row(1, 1), truth)))
        .isZero();
    Gradients.assertNone(prediction);
  }

  @ParameterizedTest
  @MethodSource("all")
  void anEmptyBatchGivesZeroAndLargeErrorsStayFinite(LogitObjective objective) {
    NDArray none = manager.create(new Shape(0, 4));
    none.setRequiresGradient(true);
    assertThat(Gradients.backward(
            List.of(none), in -> objective.loss(in.get(0), none.stopGradient(), none)))
        .isZero();
    NDArray far = manager.create(new float[] {1e4f, -1e4f}, new Shape(1, 2));
    far.setRequiresGradient(true);
    assertThat(Gradients.backward(
            List.of(far), in -> objective.loss(in.get(0), row(0, 0), row(-1e4, 1))))
        .isFinite();
    Gradients.assertFinite(far);
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatIsMadeBelongsToTheStudentsManager(LogitObjective objective) {
    RandomGenerator random = Gradients.stream(objective.toString(), 43);
    NDArray teacher = Gradients.normal(manager, random, 1, 3, 8);
    NDArray truth = Gradients.normal(manager, random, 1, 3, 8);
    int before = manager.getManagedArrays().size();
    try (NDManager step = manager.newSubManager()) {
      objective.loss(Gradients.normal(step, random, 1, 3, 8), teacher, truth);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void aTeacherOnTheTruthLeavesTheSquareAndAssistsNothing() {
    NDArray truth = row(0.5, -0.25);
    NDArray prediction = row(1, -1);
    assertThat(new LandmarkMain().loss(prediction, truth, truth).getDouble())
        .isCloseTo((0.25 + 0.5625) / 2, within(1e-12));
    assertThat(LandmarkAssist.tough().loss(prediction, truth, truth).getDouble())
        .isZero();
  }

  @Test
  void theMainPartIsContinuousAtTheTeachersDistance() {
    LandmarkMain main = new LandmarkMain();
    double inside = main.loss(row(0.5 - 1e-9, 0), row(0.5, 0), row(0, 0)).getDouble();
    double outside = main.loss(row(0.5 + 1e-9, 0), row(0.5, 0), row(0, 0)).getDouble();
    assertThat(outside).isCloseTo(inside, within(1e-8));
  }

  @Test
  void theMapHasThreeRegions() {
    NDArray prediction = row(0.75, 0.25, 0.0625, -0.75, -0.25, -0.0625);
    NDArray truth = manager.zeros(new Shape(1, 6));
    NDArray teacher = manager.full(new Shape(1, 6), 0.5f);
    double[] map =
        LandmarkAssist.tough().terms(prediction, teacher, truth).map().toDoubleArray();
    assertThat(map).containsExactly(new double[] {1.9, -0.45, 0, 1.9, -0.45, 0}, within(1e-6));
  }

  @Test
  void threeTermsOfARecipeAreTheWholeLoss() {
    RandomGenerator random = Gradients.stream("landmark kd", 42);
    NDArray prediction = Gradients.normal(manager, random, 1, 3, 8);
    NDArray truth = Gradients.normal(manager, random, 1, 3, 8);
    NDArray tough = Gradients.normal(manager, random, 1, 3, 8);
    NDArray tolerant = Gradients.normal(manager, random, 1, 3, 8);
    LandmarkKd kd = new LandmarkKd();
    LogitObjective soft =
        (LogitObjective) Objectives.create("landmark-assist", Map.of("alpha", 1.8, "push", 0.4));
    double terms = 2 * new LandmarkMain().loss(prediction, tolerant, truth).getDouble()
        + new LandmarkAssist(1.9, 0.45).loss(prediction, tough, truth).getDouble()
        + soft.loss(prediction, tolerant, truth).getDouble();
    assertThat(kd.total(kd.terms(prediction, truth, tough, tolerant)).getDouble())
        .isCloseTo(terms, within(1e-9));
  }

  @Test
  void unfittingShapesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LandmarkMain().loss(row(1, 2), row(1, 2, 3), row(1, 2)))
        .withMessage("landmark-main: the teacher has shape (1, 3) and the prediction (1, 2), needed"
            + " coordinates [B,2K] of one shape");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LandmarkAssist.tough().loss(row(1, 2), row(1, 2), row(1)))
        .withMessageContaining("the truth has shape (1, 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new LandmarkAssist(1, -1))
        .withMessageContaining("push");
  }

  @Test
  void networksOfLandmarksAreWhatTheyAreFor() {
    Architecture points =
        Architecture.parse("resnet-landmarks:depth=1/1,width=4/8,resolution=32,points=5");
    Architecture others =
        Architecture.parse("resnet-landmarks:depth=1/1,width=4/8,resolution=32,points=6");
    Architecture classes =
        Architecture.parse("resnet:depth=1/1,width=4/8,resolution=32,classes=10");
    for (String name : List.of("landmark-main", "landmark-assist")) {
      Objective objective = Objectives.create(name, Map.of());
      assertThat(objective.needs(points, points).labels()).isTrue();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> objective.needs(points, others))
          .withMessageContaining("5 points")
          .withMessageContaining("they must be equal");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> objective.needs(classes, classes))
          .withMessageContaining("gives no coordinates");
    }
  }
}
