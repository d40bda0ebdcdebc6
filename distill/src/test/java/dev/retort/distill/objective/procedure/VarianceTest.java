package dev.retort.distill.objective.procedure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.objective.Gradients;
import dev.retort.distill.objective.logit.CrossEntropy;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VarianceTest {
  private static final int SAMPLES = 6;
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** A linear model, its inputs and labels, float64. */
  private record Linear(NDArray student, NDArray teacher, NDArray x, NDArray labels) {
    NDArray logits(NDArray weights, int sample) {
      return x.get(sample).reshape(1, 4).matMul(weights.transpose());
    }

    NDArray label(int sample) {
      return labels.get(sample).reshape(1);
    }

    NDArray shares() {
      return labels.oneHot(3, DataType.FLOAT64);
    }
  }

  private Linear linear(String test, long seed) {
    RandomGenerator random = Gradients.stream(test, seed);
    return new Linear(
        Gradients.normal(manager, random, 1, 3, 4),
        Gradients.normal(manager, random, 1, 3, 4),
        Gradients.normal(manager, random, 1, SAMPLES, 4).stopGradient(),
        manager.create(random.longs(SAMPLES, 0, 3).toArray()));
  }

  @Test
  void aBackwardPassForEachSampleGivesTheClosedForm() {
    Linear of = linear("per sample", 71);
    NDArray each =
        GradientStatistics.ofSamples(SAMPLES, List.of(of.student()), i -> new CrossEntropy()
            .loss(of.logits(of.student(), i), of.label(i)));
    NDArray closed =
        GradientStatistics.softmaxLinear(of.student().stopGradient(), of.x(), of.shares());
    assertThat(each.getShape()).isEqualTo(new Shape(SAMPLES, 12));
    assertThat(each.toDoubleArray()).containsExactly(closed.toDoubleArray(), within(1e-12));
    Gradients.assertNone(of.student());
  }

  @Test
  void theModifiedGradientIsThatOfDistillationForALinearModel() {
    Linear of = linear("identity", 72);
    VarianceReduction kd = new VarianceReduction(0.4, 1);
    NDArray distilled = GradientStatistics.ofSamples(
        SAMPLES,
        List.of(of.student()),
        i -> kd.loss(of.logits(of.student(), i), of.logits(of.teacher(), i), of.label(i)));
    NDArray modified = kd.modified(
        GradientStatistics.softmaxLinear(of.student().stopGradient(), of.x(), of.shares()),
        GradientStatistics.softmaxLinear(of.teacher().stopGradient(), of.x(), of.shares()));
    assertThat(distilled.toDoubleArray())
        .containsExactly(modified.flatten().toDoubleArray(), within(1e-7));
  }

  @Test
  void noWeightGivesLessVarianceThanTheBest() {
    Linear of = linear("best weight", 73);
    NDArray own = GradientStatistics.softmaxLinear(of.student(), of.x(), of.shares());
    NDArray other = GradientStatistics.softmaxLinear(of.teacher(), of.x(), of.shares());
    double best = VarianceReduction.best(own, other);
    double least = GradientStatistics.variance(new VarianceReduction(best, 1).modified(own, other));
    for (int i = 0; i <= 10; i++) {
      NDArray modified = new VarianceReduction(i / 10.0, 1).modified(own, other);
      assertThat(GradientStatistics.variance(modified)).isGreaterThanOrEqualTo(least - 1e-9);
    }
  }

  @Test
  void theTeachersFullGradientMakesItUnbiased() {
    Linear of = linear("unbiased", 74);
    NDArray own = GradientStatistics.softmaxLinear(of.student(), of.x(), of.shares());
    NDArray other = GradientStatistics.softmaxLinear(of.teacher(), of.x(), of.shares());
    NDArray full = other.mean(new int[] {0}, true);
    double[] corrected =
        new VarianceReduction().modified(own, other, full).mean(new int[] {0}).toDoubleArray();
    assertThat(corrected).containsExactly(own.mean(new int[] {0}).toDoubleArray(), within(1e-7));
  }

  @Test
  void oneSampleHasNoVarianceAndNothingHasNoDirection() {
    NDArray one = manager.create(new float[] {1, 2}, new Shape(1, 2));
    NDArray zero = manager.zeros(new Shape(1, 2));
    assertThat(GradientStatistics.variance(one)).isZero();
    assertThat(GradientStatistics.variance(manager.create(new Shape(0, 2)))).isZero();
    assertThat(VarianceReduction.best(one, one)).isZero();
    assertThat(GradientStatistics.cosine(one, zero)).isZero();
    assertThat(GradientStatistics.cosine(one, one.neg())).isCloseTo(-1, within(1e-12));
  }

  @Test
  void theTrainingLossHasTheGradientOfCentralDifferences() {
    RandomGenerator random = Gradients.stream("kdvr loss", 75);
    NDArray teacher = Gradients.normal(manager, random, 2, 4, 3);
    NDArray labels = manager.create(new long[] {0, 2, 1, 1});
    Gradients.check(
        List.of(Gradients.normal(manager, random, 2, 4, 3)),
        in -> new VarianceReduction(0.7, 2).loss(in.get(0), teacher, labels));
    Gradients.assertNone(teacher);
  }

  @Test
  void aTeacherOfAnotherShapeIsRefused() {
    NDArray two = manager.zeros(new Shape(2, 2));
    NDArray three = manager.zeros(new Shape(2, 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VarianceReduction().modified(two, three))
        .withMessageContaining("(2, 2) (student) and (2, 3) (teacher)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientStatistics.covariance(two, three))
        .withMessageContaining("(2, 3)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VarianceReduction(1.5, 1))
        .withMessageContaining("(1.5)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GradientStatistics.ofSamples(0, List.of(two), i -> two))
        .withMessageContaining("(0)");
  }
}
