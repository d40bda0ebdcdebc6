package dev.retort.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Expected numbers: SciPy 1.17.1, spearmanr and kendalltau(method='asymptotic'). */
class RankFidelityTest {
  private static void check(
      RankFidelity found, double spearman, double spearmanP, double kendall, double kendallP) {
    assertThat(found.spearman()).isCloseTo(spearman, within(1e-12));
    assertThat(found.spearmanP()).isCloseTo(spearmanP, within(1e-9));
    assertThat(found.kendall()).isCloseTo(kendall, within(1e-12));
    assertThat(found.kendallP()).isCloseTo(kendallP, within(1e-9));
  }

  @Test
  void agreesWithSciPyWithoutTies() {
    RankFidelity found = RankFidelity.of(
        new double[] {1, 2, 3, 4, 5, 6, 7, 8}, new double[] {2, 1, 4, 3, 7, 8, 6, 5});
    assertThat(found.n()).isEqualTo(8);
    check(found, 0.7380952380952381, 0.03655276105286081, 0.5, 0.0832645166635504);
  }

  @Test
  void agreesWithSciPyWithTies() {
    check(
        RankFidelity.of(
            new double[] {1, 2, 2, 3, 4, 4, 4, 5, 6}, new double[] {1, 3, 2, 2, 5, 5, 4, 6, 6}),
        0.9440005952041658,
        0.00012950723593630267,
        0.8616404368553291,
        0.002342331619568968);
  }

  @Test
  void agreesWithSciPyOnThreePairs() {
    check(
        RankFidelity.of(new double[] {3, 1, 2}, new double[] {1, 2, 3}),
        -0.5,
        2.0 / 3,
        -1.0 / 3,
        0.6015081344405899);
  }

  @Test
  void aLossThatRanksPerfectlyHasOne() {
    RankFidelity found = RankFidelity.ofLoss(
        new double[] {0.5, 0.4, 0.3, 0.2, 0.1}, new double[] {60, 61, 70, 71, 90});
    check(found, 1, 0, 1, 0.014305878435429648);
  }

  @Test
  void tooFewPairsHaveNoPValueAndOneSideConstantNoCoefficient() {
    assertThat(RankFidelity.of(new double[] {1, 2}, new double[] {3, 4}))
        .isEqualTo(new RankFidelity(2, 1.0, null, 1.0, null));
    assertThat(RankFidelity.of(new double[] {1}, new double[] {3}))
        .isEqualTo(new RankFidelity(1, null, null, null, null));
    assertThat(RankFidelity.of(new double[] {1, 1, 1}, new double[] {3, 4, 5}))
        .isEqualTo(new RankFidelity(3, null, null, null, null));
  }

  @Test
  void whatHasNoRankIsRefused() {
    assertThatThrownBy(() -> RankFidelity.of(new double[] {1, Double.NaN}, new double[] {1, 2}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> RankFidelity.of(new double[] {1}, new double[] {1, 2}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(1) and (2)");
  }
}
