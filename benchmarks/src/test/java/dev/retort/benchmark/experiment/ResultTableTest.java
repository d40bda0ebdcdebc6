package dev.retort.benchmark.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTableTest {
  private static final Entrant KD = Entrant.beside(Term.of("kd", 0.5))
      .must(Sharper.below("gap below that without", "gap", Entrant.PLAIN))
      .must(Sharper.fallen("kd", 0.5));

  private static Trial trial(double score, double gap, double end) {
    return Trial.of(
        Map.of("score", score, "gap", gap, Trial.BEGIN + "kd", 4.0, Trial.END + "kd", end));
  }

  @Test
  void aRowHasThePairedDifferenceAndChecksCountSeeds() {
    // Differences 1, 2, 3: mean 2, deviation 1, standard error 1 / sqrt(3); t(2) = 4.303.
    ImmutableListMultimap<String, Trial> trials = ImmutableListMultimap.<String, Trial>builder()
        .putAll(Entrant.PLAIN, trial(80, 2, 4), trial(81, 2, 4), trial(82, 2, 4))
        .putAll("kd", trial(81, 1, 1), trial(83, 1, 1), trial(85, 3, 1))
        .build();
    assertThat(ResultTable.of(new Made(), Made.ENTRANTS, trials))
        .isEqualTo(
            """
            made up

            no teacher

            | entrant | losses | score, mean (deviation) | with − without, mean | deviation |\
             standard error | reading |
            | --- | --- | --- | --- | --- | --- | --- |
            | cross-entropy | `cross-entropy` | 81.0 (1.0) |  |  |  |  |
            | kd | `cross-entropy + 0.5 kd` | 83.0 (2.0) | +2.0 | 1.0 | 0.6 | no difference seen |

            Sharper checks, which are to hold on every seed:

            - `kd`: gap below that without: 1.67 against 2.00, does not hold (2 of 3 seeds)
            - `kd`: its own loss at the end below 0.5 times that of the first steps: 1.00 against\
             4.00, holds (3 of 3 seeds)
            """);
  }

  @Test
  void aDifferenceIsSeenWhereItsIntervalLeavesOutZero() {
    List<Trial> without = List.of(trial(1, 0, 0), trial(2, 0, 0), trial(3, 0, 0));
    List<Trial> with = List.of(trial(3, 0, 0), trial(4.1, 0, 0), trial(4.9, 0, 0));
    Paired paired = Paired.of(with, without, each -> each.get("score"));
    assertThat(paired.mean()).isCloseTo(2, within(1e-9));
    assertThat(paired.halfInterval()).isCloseTo(4.302653 * 0.1 / Math.sqrt(3), within(1e-5));
    assertThat(paired.verdict(true)).isEqualTo("helps");
    assertThat(paired.verdict(false)).isEqualTo("hurts");
    assertThat(Paired.of(with.subList(0, 1), without, each -> each.get("score")).verdict(true))
        .isEqualTo("no difference seen");
  }

  @Test
  void networksAgreeWithThemselvesAndByHand() {
    float[][] one = {{0, 0}, {(float) Math.log(3), 0}};
    float[][] other = {{0, 0}, {0, 0}};
    assertThat(Agreement.divergence(one, one, 2)).isZero();
    double byHand = 0.75 * Math.log(0.75 / 0.5) + 0.25 * Math.log(0.25 / 0.5);
    assertThat(Agreement.divergence(one, other, 1)).isCloseTo(byHand / 2, within(1e-6));
    assertThat(Agreement.nonTargetGap(one, other, new float[] {0, 1}))
        .isCloseTo(0.125, within(1e-6));
    float[][] rows = {{1, 2, 3}};
    assertThat(Agreement.rankCorrelation(rows, new float[][] {{-9, 0, 1}})).isEqualTo(1);
    assertThat(Agreement.rankCorrelation(rows, new float[][] {{3, 2, 1}})).isEqualTo(-1);
  }

  @Test
  void whatWasNotMeasuredIsToldWithWhatWas() {
    assertThatThrownBy(() -> trial(1, 2, 3).get("scores"))
        .hasMessageContaining("(scores)")
        .hasMessageContaining("gap, score]");
  }

  /** A fixture of a table alone. */
  private record Made() implements Fixture {
    static final ImmutableList<Entrant> ENTRANTS = ImmutableList.of(Entrant.plain(), KD);

    @Override
    public String about() {
      return "made up";
    }

    @Override
    public Headline headline() {
      return new Headline("score", "score", true, 1);
    }

    @Override
    public String teachers() {
      return "no teacher";
    }

    @Override
    public ImmutableList<Entrant> entrants() {
      return ENTRANTS;
    }

    @Override
    public Trial run(Entrant entrant, long seed, NDManager manager) {
      return trial(seed, 0, 0);
    }

    @Override
    public void close() {}
  }
}
