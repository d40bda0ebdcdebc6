package dev.retort.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.space.RandomStreams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@link TokenStore} and its parts. */
final class StoreTest {
  @Test
  void aStoreGivesBackWhatWentIn() {
    RandomGenerator random = new RandomStreams(1).at("case", 0);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      int[] ids = random.ints(random.nextInt(30), 0, 8000).toArray();
      int[] types = new int[ids.length];
      Arrays.fill(types, random.nextInt(ids.length + 1), types.length, 1);
      examples.add(new Example(ids, types, i % 5 == 0 ? Float.NaN : i));
    }
    TokenStore store = TokenStore.of(examples, 0);
    assertThat(store.size()).isEqualTo(2000);
    for (int i = 0; i < 2000; i++) {
      assertThat(store.get(i).ids()).isEqualTo(examples.get(i).ids());
      assertThat(store.get(i).types()).isEqualTo(examples.get(i).types());
      assertThat(store.length(i)).isEqualTo(examples.get(i).ids().length);
      assertThat((Float) store.label(i)).isEqualTo((Float) examples.get(i).label());
    }
    assertThatThrownBy(
            () -> TokenStore.of(List.of(new Example(new int[2], new int[] {1, 0}, 0)), 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void heldOutAndRestShareNothingAndDependOnTheSeedAlone() {
    Dataset<Example> dataset = dataset(1000, 4);
    Subset.Split<Example> split = Subset.heldOut(dataset, 0.02, new RandomStreams(3));
    assertThat(split.heldOut().size()).isEqualTo(20);
    assertThat(IntStream.concat(stream(split.rest()), stream(split.heldOut()))
            .sorted()
            .toArray())
        .isEqualTo(IntStream.range(0, 1000).toArray());
    assertThat(split.heldOut().indices())
        .isEqualTo(Subset.heldOut(dataset, 20, new RandomStreams(3)).heldOut().indices())
        .isNotEqualTo(
            Subset.heldOut(dataset, 20, new RandomStreams(4)).heldOut().indices())
        .isSorted();
    assertThat(Subset.heldOut(dataset, 1e-9, new RandomStreams(3)).heldOut().size())
        .isEqualTo(1);
    assertThat(Subset.heldOut(dataset, 0.0, new RandomStreams(3)).heldOut().size())
        .isEqualTo(0);
    assertThatThrownBy(() -> Subset.heldOut(dataset, 1000, new RandomStreams(3)))
        .hasMessageContaining("cannot hold out 1000 of 1000");
  }

  @Test
  void fewShotTakesAsManyOfEachClassAndFewerArePartOfMore() {
    Dataset<Example> dataset = dataset(1000, 4);
    Subset<Example> few = Subset.fewShot(dataset, 10, new RandomStreams(3));
    Subset<Example> more = Subset.fewShot(dataset, 50, new RandomStreams(3));
    assertThat(few.size()).isEqualTo(40);
    for (int c = 0; c < 4; c++) {
      float label = c;
      assertThat(IntStream.range(0, 40).filter(i -> few.label(i) == label).count())
          .isEqualTo(10);
    }
    assertThat(more.indices()).contains(few.indices());
    assertThat(few.indices())
        .isNotEqualTo(Subset.fewShot(dataset, 10, new RandomStreams(4)).indices());
    assertThat(Subset.firstPerClass(dataset, 2).indices())
        .isEqualTo(IntStream.range(0, 8).toArray());
    assertThatThrownBy(() -> Subset.fewShot(dataset, 251, new RandomStreams(3)))
        .hasMessageContaining("class 0 has 250 examples where 251 are asked for");
  }

  @Test
  void naiveBayesFindsThePieceThatTellsTheClass() {
    Dataset<Example> dataset = dataset(200, 4);
    NaiveBayes floor = NaiveBayes.train(dataset, 4);
    assertThat(floor.accuracy(dataset)).isEqualTo(1);
    assertThatThrownBy(() -> NaiveBayes.train(dataset, 3)).hasMessageContaining("(3.0)");
  }

  /** By hand, classes 0 {1}, {1, 2} and 1 {2, 3}: the piece 2 gives 3/5 2/6 against 2/5 2/5. */
  @Test
  void naiveBayesEqualsTheHandCalculation() {
    TokenStore dataset = TokenStore.of(
        List.of(
            new Example(new int[] {1, 1}, new int[2], 0),
            new Example(new int[] {1, 2}, new int[2], 0),
            new Example(new int[] {2, 3}, new int[2], 1),
            new Example(new int[] {2, 9}, new int[2], 1)),
        0);
    NaiveBayes floor = NaiveBayes.train(Subset.of(dataset, 0, 1, 2), 2);
    assertThat(floor.classify(dataset, 2)).isEqualTo(1);
    assertThat(floor.classify(dataset, 3)).isEqualTo(0);
    assertThat(floor.accuracy(dataset)).isEqualTo(0.75);
  }

  private static IntStream stream(Subset<Example> subset) {
    return Arrays.stream(subset.indices());
  }

  /** Example i has the class i mod classes, which its one piece tells. */
  private static Dataset<Example> dataset(int size, int classes) {
    return TokenStore.of(
        IntStream.range(0, size)
            .mapToObj(i -> new Example(new int[] {7 + i % classes, 3}, new int[2], i % classes))
            .toList(),
        0);
  }
}
