package dev.retort.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableSet;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MaskedTextsTest {
  private static final int MASK = 4;
  private static final int SIZE = 1000;
  private static final MaskedWords BERT =
      new MaskedWords(0.15, 0.8, 0.1, MASK, SIZE, ImmutableSet.of(0, 1, 2, 3, 4));

  private final TokenStore store = store(400, 60);
  private final MaskedTexts texts = MaskedTexts.of(store, BERT, 0, 11);

  @Test
  void sharesAreThoseOfBert() {
    long pieces = 0;
    long chosen = 0;
    long masked = 0;
    long same = 0;
    for (int step = 0; step < 20; step++) {
      int[] all = IntStream.range(0, 400).toArray();
      LabeledRows rows = rows(draw(5, step), all);
      PaddedRows plain = PaddedRows.gather(store, all, 0);
      for (int at = 0; at < rows.labels().length; at++) {
        int place = (int) rows.positions()[at];
        assertThat(rows.labels()[at]).isEqualTo(plain.ids()[place]).isGreaterThan(MASK);
        long shown = rows.rows().ids()[place];
        masked += shown == MASK ? 1 : 0;
        same += shown == rows.labels()[at] ? 1 : 0;
        assertThat(shown).isGreaterThanOrEqualTo(MASK).isLessThan(SIZE);
        plain.ids()[place] = shown;
      }
      assertThat(rows.rows().ids()).as("all others stay").isEqualTo(plain.ids());
      chosen += rows.labels().length;
      pieces += 400 * 58;
    }
    assertThat((double) chosen / pieces).isCloseTo(0.15, within(0.003));
    assertThat((double) masked / chosen).isCloseTo(0.8, within(0.01));
    assertThat((double) same / chosen).isCloseTo(0.1, within(0.01));
  }

  @Test
  void masksAreAFunctionOfSeedStepAndRow() {
    LabeledRows one = rows(draw(5, 3), 7, 9);
    assertThat(rows(draw(5, 3), 7, 9).rows().ids()).isEqualTo(one.rows().ids());
    assertThat(rows(draw(6, 3), 7, 9).positions()).isNotEqualTo(one.positions());
    assertThat(rows(draw(5, 4), 7, 9).positions()).isNotEqualTo(one.positions());
  }

  @Test
  void withoutADrawATextIsMaskedTheSameInEveryBatch() {
    LabeledRows alone = rows(null, 9);
    LabeledRows second = rows(null, 3, 9);
    int columns = second.rows().columns();
    long[] own = Arrays.stream(second.positions())
        .filter(each -> each >= columns)
        .map(each -> each - columns)
        .toArray();
    assertThat(own).isEqualTo(alone.positions());
    assertThat(second.rows().ids()).endsWith(alone.rows().ids());
    assertThat(rows(null, 10).positions()).isNotEqualTo(alone.positions());
  }

  @Test
  void eachTextHasALabelHoweverShort() {
    TokenStore shortest = TokenStore.of(
        List.of(
            new Example(new int[] {2, 500, 3}, new int[3], 0),
            new Example(new int[] {2, 3}, new int[2], 0)),
        0);
    MaskedTexts few = MaskedTexts.of(shortest, BERT, 0, 1);
    for (int step = 0; step < 50; step++) {
      LabeledRows rows = (LabeledRows) few.prepare(new int[] {0, 1}, draw(1, step));
      assertThat(rows.positions()).containsExactly(1);
      assertThat(rows.labels()).containsExactly(500);
      LabeledRows none = (LabeledRows) few.prepare(new int[] {1}, draw(1, step));
      assertThat(none.labels()).as("no piece at all: the first token").containsExactly(2);
      assertThat(none.rows().ids()).containsExactly(2, 3);
    }
  }

  @Test
  void otherAlterationsAreRefused() {
    Draw dropout = new Draw(new WordDropout(0.1, MASK, ImmutableSet.of()), streams(1), 0, 0);
    assertThatThrownBy(() -> rows(dropout, 1)).hasMessageContaining("WordDropout");
    Draw nothing = new Draw(new WordDropout(0, MASK, ImmutableSet.of()), streams(5), 3, 0);
    assertThat(rows(nothing, 7, 9).positions()).isEqualTo(rows(draw(5, 3), 7, 9).positions());
    assertThatThrownBy(() -> store.prepare(new int[] {1}, draw(1, 0)))
        .hasMessageContaining("MaskedWords");
    Tokenizer gpt2 = Tokenizer.read(TokenizerTest.own("gpt2"));
    assertThatThrownBy(() -> MaskedWords.of(0.15, gpt2))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("mask token");
    assertThatThrownBy(() -> WordDropout.of(0.1, gpt2)).isInstanceOf(UserException.class);
    assertThat(WordDropout.of(0, gpt2).probability()).isZero();
    assertThatThrownBy(() -> new MaskedWords(0, 0.8, 0.1, 4, 10, ImmutableSet.of()))
        .hasMessageContaining("(0.0)");
    assertThatThrownBy(() -> new MaskedWords(0.1, 0.8, 0.3, 4, 10, ImmutableSet.of()))
        .hasMessageContaining("(0.3)");
    assertThatThrownBy(() -> new MaskedWords(0.1, 0.8, 0.1, 0, 1, ImmutableSet.of(0)))
        .hasMessageContaining("no piece is left");
  }

  private LabeledRows rows(@Nullable Draw draw, int... indices) {
    return (LabeledRows) texts.prepare(indices, draw);
  }

  private static Draw draw(long seed, long step) {
    return new Draw(BERT, streams(seed), step, 0);
  }

  private static RandomStreams streams(long seed) {
    return new RandomStreams(seed);
  }

  /** Texts of pieces from 5 between [CLS] and [SEP]. */
  private static TokenStore store(int size, int length) {
    RandomGenerator random = new RandomStreams(2).at("texts", 0);
    return TokenStore.of(
        IntStream.range(0, size)
            .mapToObj(i -> {
              int[] ids = random.ints(length, 5, SIZE).toArray();
              ids[0] = 2;
              ids[length - 1] = 3;
              return new Example(ids, new int[length], 0);
            })
            .toList(),
        0);
  }
}
