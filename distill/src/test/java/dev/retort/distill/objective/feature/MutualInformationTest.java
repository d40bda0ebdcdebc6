package dev.retort.distill.objective.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.distill.arithmetic.Vectors;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.FeatureObjective.Widths;
import dev.retort.distill.objective.Gradients;
import dev.retort.space.TensorSpec;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MutualInformationTest {
  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** The definition, number by number. */
  private static double naive(double[] f, double[] q, double alpha) {
    int n = q.length;
    double[][] b = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double others = 0;
        for (int k = 0; k < n; k++) {
          others += k == j ? 0 : Math.exp(f[i * n + k]) / (n - 1);
        }
        b[i][j] = Math.log(alpha * others + (1 - alpha) * Math.exp(q[i]));
      }
    }
    double bound = 1;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        double pairs = n * (n - 1.0);
        bound += i == j ? 0 : (f[i * n + i] - b[i][j] - Math.exp(f[i * n + j] - b[i][i])) / pairs;
      }
    }
    return -bound;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.5, 1})
  void valuesAreTheDefinitionsAndGradientsThoseOfCentralDifferences(double alpha) {
    RandomGenerator random = Gradients.stream("mi-alpha", 81);
    MutualInformation objective = new MutualInformation(alpha);
    for (int rows : new int[] {2, 5}) {
      NDArray scores = Gradients.normal(manager, random, 1, rows, rows);
      NDArray baseline = Gradients.normal(manager, random, 1, rows);
      assertThat(objective.loss(scores, baseline).getDouble())
          .isCloseTo(naive(scores.toDoubleArray(), baseline.toDoubleArray(), alpha), within(1e-6));
      if (alpha == 1) {
        Gradients.check(List.of(scores), in -> objective.loss(in.get(0), baseline));
        Gradients.assertNone(baseline);
      } else {
        Gradients.check(List.of(scores, baseline), in -> objective.loss(in.get(0), in.get(1)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1})
  void scoresOfTenThousandStayFinite(double alpha) {
    RandomGenerator random = Gradients.stream("mi-alpha", 82);
    NDArray scores =
        Gradients.floats(Gradients.normal(manager, random, 1, 6, 6).sign().mul(1e4));
    NDArray baseline =
        Gradients.floats(Gradients.normal(manager, random, 1, 6).sign().mul(1e4));
    double loss = Gradients.backward(
        List.of(scores, baseline), in -> new MutualInformation(alpha).loss(in.get(0), in.get(1)));
    assertThat(loss).isFinite();
    Gradients.assertFinite(scores);
    Gradients.assertFinite(baseline);
  }

  @Test
  void oneExampleAndNoneGiveZero() {
    for (int rows : new int[] {0, 1}) {
      NDArray scores = manager.ones(new Shape(rows, rows));
      scores.setRequiresGradient(true);
      NDArray baseline = manager.ones(new Shape(rows));
      assertThat(Gradients.backward(
              List.of(scores), in -> new MutualInformation(0.5).loss(in.get(0), baseline)))
          .isZero();
      Gradients.assertNone(scores);
    }
  }

  @Test
  void unfittingShapesAndOptionsAreRefused() {
    NDArray scores = manager.zeros(new Shape(3, 4));
    NDArray baseline = manager.zeros(new Shape(3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MutualInformation(0.5).loss(scores, baseline))
        .withMessageContaining("(3, 4)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MutualInformation(1.5))
        .withMessageContaining("mi-alpha.alpha")
        .withMessageContaining("1.5");
  }

  @Test
  void criticsAreTheRunnersAndTheEmbeddingsBaselineIsNarrower() {
    MutualInformation objective = new MutualInformation(0.9);
    List<TensorSpec> inner = objective.tensors(new Widths(312, 768, false, 1));
    assertThat(inner).hasSize(18);
    assertThat(inner.get(0).shape()).containsExactly(512, 312);
    assertThat(inner.get(4).shape()).containsExactly(64, 512);
    assertThat(inner.get(6).shape()).containsExactly(512, 768);
    assertThat(inner.get(12).shape()).containsExactly(512, 768);
    assertThat(inner.get(16).shape()).containsExactly(1, 512);
    assertThat(objective.tensors(new Widths(312, 768, true, 1)).get(12).shape())
        .containsExactly(128, 768);
    assertThat(inner.get(0).decays()).isTrue();
    assertThat(inner.get(1).decays()).isFalse();
    assertThat(new MutualInformation(Attachment.LAST, 0.5, 2, 3, Vectors.Tokens.MEAN)
            .tensors(new Widths(4, 5, true, 1))
            .get(12)
            .shape())
        .containsExactly(1, 5);
  }
}
