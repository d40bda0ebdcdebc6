package dev.retort.distill.objective.logit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Ranks;
import dev.retort.distill.objective.Gradients;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** DIST and CMKD at their edges, and the ranks that CMKD is made of. */
class CorrelationObjectivesTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray rows(float[]... values) {
    NDArray array = manager.create(values);
    array.setRequiresGradient(true);
    return array;
  }

  @Test
  void oneRowTeachesDistByItsClassesAlone() {
    RandomGenerator random = Gradients.stream("dist", 31);
    NDArray student = Gradients.normal(manager, random, 1, 1, 6);
    NDArray teacher = Gradients.normal(manager, random, 1, 1, 6);
    double intra = Gradients.backward(
        List.of(student), in -> new Dist().terms(in.get(0), teacher).intra());
    assertThat(intra).isEqualTo(1);
    Gradients.assertNone(student);
  }

  @Test
  void pixelsAreRows() {
    RandomGenerator random = Gradients.stream("dist", 32);
    NDArray student = Gradients.normal(manager, random, 1, 2, 3, 4, 5);
    NDArray teacher = Gradients.normal(manager, random, 1, 2, 3, 4, 5);
    NDArray maps = new Dist().loss(student, teacher);
    NDArray rows = new Dist().loss(pixels(student), pixels(teacher));
    assertThat(maps.getDouble()).isEqualTo(rows.getDouble());
    Gradients.check(List.of(student), in -> new Dist().loss(in.get(0), teacher));
  }

  private static NDArray pixels(NDArray maps) {
    return maps.transpose(0, 2, 3, 1).reshape(40, 3);
  }

  @Test
  void constantRowsTeachNothingAndBreakNothing() {
    NDArray student = rows(new float[] {0.1f, 0.1f, 0.1f}, new float[] {7, 7, 7});
    NDArray teacher = rows(new float[] {1, 2, 3}, new float[] {3, 1, 2});
    for (Cmkd.SoftRank rank : Cmkd.SoftRank.values()) {
      double loss = Gradients.backward(List.of(student), in -> new Cmkd(
              Cmkd.Representation.STANDARDISED, 1, rank, 0.5, Cmkd.Weighting.CONSTANT)
          .loss(in.get(0), teacher));
      assertThat(loss).isEqualTo(2);
    }
    double loss = Gradients.backward(List.of(student), in -> new Dist().loss(in.get(0), teacher));
    assertThat(loss).isEqualTo(2);
    Gradients.assertNone(student);
  }

  @ParameterizedTest
  @EnumSource(Cmkd.SoftRank.class)
  void softRanksGrowExact(Cmkd.SoftRank rank) {
    NDArray values = rows(new float[] {2.5f, 1, 3.25f, -1, 1.25f}, new float[] {5, 4, 3, 2, 1});
    float[] exact = {4, 2, 5, 1, 3, 5, 4, 3, 2, 1};
    assertThat(Ranks.hard(values).toFloatArray()).containsExactly(exact);
    assertThat(rank.of(values, 0.01).toFloatArray()).containsExactly(exact, within(1e-4f));
  }

  @Test
  void exactRanksOfTiesShareTheirMean() {
    NDArray values = rows(new float[] {1, 0, 1, -2, 1}, new float[] {0, 0, 0, 0, 0});
    assertThat(Ranks.hard(values).toFloatArray()).containsExactly(4, 2, 4, 1, 4, 3, 3, 3, 3, 3);
  }

  @Test
  void projectedRanksSumToThoseOfAPermutationAndStayWithinThem() {
    RandomGenerator random = Gradients.stream("ranks", 33);
    for (int classes : new int[] {2, 3, 17}) {
      NDArray values = Gradients.normal(manager, random, 3, 4, classes);
      NDArray ranks = Ranks.projected(values, 0.7);
      for (double sum : ranks.sum(new int[] {1}).toDoubleArray()) {
        assertThat(sum).isCloseTo(classes * (classes + 1) / 2.0, within(1e-5));
      }
      assertThat(ranks.max().getDouble()).isLessThanOrEqualTo(classes + 1e-6);
      assertThat(ranks.min().getDouble()).isGreaterThanOrEqualTo(1 - 1e-6);
      NDArray weights = Gradients.normal(manager, random, 1, 4, classes).stopGradient();
      Gradients.check(
          List.of(values), in -> Ranks.projected(in.get(0), 0.7).mul(weights).sum());
    }
  }

  @Test
  void allEqualValuesShareTheMiddleRank() {
    NDArray values = rows(new float[] {2, 2, 2, 2});
    assertThat(Ranks.projected(values, 1).toFloatArray())
        .containsExactly(new float[] {2.5f, 2.5f, 2.5f, 2.5f}, within(1e-6f));
    assertThat(Ranks.sigmoid(values, 1).toFloatArray())
        .containsExactly(new float[] {2.5f, 2.5f, 2.5f, 2.5f}, within(1e-6f));
  }

  @Test
  void entropyTrustsAnUnsureTeachersOrderMoreThanItsValues() {
    NDArray student = rows(new float[] {0, 1, 2, 4});
    NDArray unsure = rows(new float[] {0.003f, 0.001f, 0.002f, 0});
    Cmkd constant = new Cmkd();
    Cmkd entropy =
        new Cmkd(Cmkd.Representation.LOGITS, 4, Cmkd.SoftRank.SIGMOID, 0.5, Cmkd.Weighting.ENTROPY);
    Cmkd.Terms terms = constant.terms(student, unsure);
    float values = 1 - terms.pearson().getFloat();
    float order = 1 - terms.spearman().getFloat();
    assertThat(entropy.loss(student, unsure).getFloat())
        .isCloseTo(0.5f * values + order, within(1e-4f));
    assertThat(constant.loss(student, unsure).getFloat()).isCloseTo(values + order, within(1e-5f));
  }

  @Test
  void ranksOfAVocabularyAreRefusedBeforeMemoryRunsOut() {
    NDArray vocabulary = manager.zeros(new Shape(4, 50_000));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Ranks.sigmoid(vocabulary, 1))
        .withMessageContaining("(4, 50000)")
        .withMessageContaining("50000 numbers each");
  }

  @Test
  void wholeRowsOfZerosAreNoLoss() {
    NDArray none = manager.create(new Shape(0, 4));
    assertThat(new Dist().loss(none, none).getFloat()).isZero();
  }
}
