package dev.retort.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.space.RandomStreams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BatchPlanTest {
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void everyEpochHoldsEachExampleOnceInBatchesOfTheSize(long seed) {
    RandomGenerator random = new RandomStreams(seed).at("case", 0);
    int size = 1 + random.nextInt(500);
    int batch = 1 + random.nextInt(40);
    int pool = 1 + random.nextInt(20);
    BatchPlan plan = new BatchPlan(dataset(size, seed), batch, pool, new RandomStreams(seed));
    for (int epoch = 0; epoch < 3; epoch++) {
      long first = (long) epoch * plan.batchesPerEpoch();
      List<int[]> batches = LongStream.range(first, first + plan.batchesPerEpoch())
          .mapToObj(plan::batch)
          .toList();
      assertThat(batches.stream().flatMapToInt(Arrays::stream).sorted().toArray())
          .as("size %d, batch %d, pool %d", size, batch, pool)
          .isEqualTo(IntStream.range(0, size).toArray());
      assertThat(batches.stream().filter(each -> each.length != batch).count())
          .isEqualTo(size % batch == 0 ? 0 : 1);
      assertThat(plan.epoch(first)).isEqualTo(epoch);
    }
  }

  @Test
  void aStepIsTheSameWhateverCameBefore() {
    Dataset<Example> dataset = dataset(300, 1);
    BatchPlan whole = new BatchPlan(dataset, 32, new RandomStreams(5));
    List<int[]> expected = LongStream.range(0, 40).mapToObj(whole::batch).toList();
    for (long step : new long[] {39, 0, 17, 16, 3}) {
      assertThat(new BatchPlan(dataset, 32, new RandomStreams(5)).batch(step))
          .isEqualTo(expected.get((int) step));
      assertThat(whole.batch(step)).isEqualTo(expected.get((int) step));
    }
    LongStream.range(0, 40).parallel().forEach(step -> assertThat(whole.batch(step))
        .isEqualTo(expected.get((int) step)));
  }

  @Test
  void epochsAndSeedsDiffer() {
    BatchPlan plan = new BatchPlan(dataset(300, 1), 32, new RandomStreams(5));
    assertThat(plan.batch(0)).isNotEqualTo(plan.batch(plan.batchesPerEpoch()));
    assertThat(plan.batch(0))
        .isNotEqualTo(new BatchPlan(dataset(300, 1), 32, new RandomStreams(6)).batch(0));
  }

  @Test
  void poolsPutLikeLengthsTogether() {
    Dataset<Example> dataset = dataset(4096, 3);
    assertThat(padding(dataset, new BatchPlan(dataset, 32, 16, new RandomStreams(1))))
        .isLessThan(0.1);
    assertThat(padding(dataset, new BatchPlan(dataset, 32, 1, new RandomStreams(1))))
        .isGreaterThan(0.3);
  }

  @Test
  void sequentialBatchesHoldEachExampleOnceTheLongestFirst() {
    Dataset<Example> dataset = dataset(100, 4);
    List<int[]> batches = BatchPlan.sequential(dataset, 32);
    assertThat(batches).extracting(each -> each.length).containsExactly(32, 32, 32, 4);
    assertThat(batches.stream().flatMapToInt(Arrays::stream).sorted().toArray())
        .isEqualTo(IntStream.range(0, 100).toArray());
    List<Integer> lengths = new ArrayList<>();
    batches.forEach(each -> lengths.add(dataset.length(each[each.length - 1])));
    assertThat(lengths).isSortedAccordingTo((a, b) -> b - a);
  }

  @Test
  void impossiblePlansAreRefused() {
    Dataset<Example> dataset = dataset(3, 1);
    RandomStreams streams = new RandomStreams(1);
    assertThatThrownBy(() -> new BatchPlan(dataset, 0, streams)).hasMessageContaining("(0)");
    assertThatThrownBy(() -> new BatchPlan(dataset, 1, 0, streams)).hasMessageContaining("(0)");
    assertThatThrownBy(() -> new BatchPlan(Subset.of(dataset), 1, streams))
        .hasMessageContaining("no example");
    assertThatThrownBy(() -> new BatchPlan(dataset, 1, streams).batch(-1))
        .hasMessageContaining("(-1)");
  }

  private static double padding(Dataset<Example> dataset, BatchPlan plan) {
    long cells = 0;
    long tokens = 0;
    for (int step = 0; step < plan.batchesPerEpoch(); step++) {
      int[] batch = plan.batch(step);
      int longest = Arrays.stream(batch).map(dataset::length).max().orElseThrow();
      cells += (long) longest * batch.length;
      tokens += Arrays.stream(batch).map(dataset::length).sum();
    }
    return 1 - (double) tokens / cells;
  }

  /** Examples of 1 to 48 tokens. */
  private static Dataset<Example> dataset(int size, long seed) {
    RandomGenerator random = new RandomStreams(seed).at("lengths", 0);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int length = 1 + random.nextInt(48);
      examples.add(new Example(new int[length], new int[length], i % 3));
    }
    return TokenStore.of(examples, 0);
  }
}
