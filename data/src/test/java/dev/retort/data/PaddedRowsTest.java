package dev.retort.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSet;
import dev.retort.space.RandomStreams;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PaddedRowsTest {
  private static final Dataset<Example> DATASET = TokenStore.of(
      List.of(
          new Example(new int[] {2, 7, 3}, new int[3], 1),
          new Example(new int[] {2, 8, 3, 9, 3}, new int[] {0, 0, 0, 1, 1}, Float.NaN),
          new Example(new int[] {2, 3}, new int[2], 0)),
      0);

  @Test
  void rowsAreTrimmedToTheLongestAndPaddedOnTheRight() {
    PaddedRows rows = PaddedRows.gather(DATASET, new int[] {1, 0}, 5);
    assertThat(rows.rows()).isEqualTo(2);
    assertThat(rows.columns()).isEqualTo(5);
    assertThat(rows.ids()).containsExactly(2, 8, 3, 9, 3, 2, 7, 3, 5, 5);
    assertThat(rows.types()).containsExactly(0, 0, 0, 1, 1, 0, 0, 0, 0, 0);
    assertThat(rows.mask()).containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 0, 0);
    assertThat(rows.labels()).containsExactly(Float.NaN, 1);
    assertThat(rows.classes()).containsExactly(-1, 1);
    assertThat(PaddedRows.gather(DATASET, new int[] {2}, 5).ids()).containsExactly(2, 3);
    assertThatThrownBy(() -> PaddedRows.gather(DATASET, new int[0], 5))
        .hasMessageContaining("one example or more (0)");
  }

  @Test
  void wordDropoutMasksOrdinaryPiecesOnly() {
    PaddedRows rows = PaddedRows.gather(DATASET, new int[] {1, 0}, 5);
    new WordDropout(1, 4, ImmutableSet.of(2, 3, 4, 5)).apply(rows, new RandomStreams(1), 0);
    assertThat(rows.ids()).containsExactly(2, 4, 3, 4, 3, 2, 4, 3, 5, 5);
  }

  @Test
  void wordDropoutIsAFunctionOfSeedAndStepWithTheGivenChance() {
    long[] first = dropped(0.15, 1, 7);
    assertThat(first).isEqualTo(dropped(0.15, 1, 7));
    assertThat(first).isNotEqualTo(dropped(0.15, 1, 8)).isNotEqualTo(dropped(0.15, 2, 7));
    // 10,000 pieces: a standard deviation is 36.
    assertThat(Arrays.stream(first).filter(id -> id == 4).count()).isBetween(1350L, 1650L);
    assertThat(dropped(0, 1, 7)).containsOnly(9);
    assertThatThrownBy(() -> new WordDropout(1.5, 4, ImmutableSet.of()))
        .hasMessageContaining("(1.5)");
  }

  private static long[] dropped(double probability, long seed, long step) {
    int[] ids = IntStream.generate(() -> 9).limit(100).toArray();
    Dataset<Example> dataset = TokenStore.of(List.of(new Example(ids, new int[100], 0)), 0);
    PaddedRows rows = PaddedRows.gather(dataset, new int[100], 0);
    new WordDropout(probability, 4, ImmutableSet.of()).apply(rows, new RandomStreams(seed), step);
    return rows.ids();
  }
}
