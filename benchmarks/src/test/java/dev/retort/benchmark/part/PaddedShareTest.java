package dev.retort.benchmark.part;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.retort.data.Example;
import dev.retort.data.TokenStore;
import dev.retort.space.Architecture;
import dev.retort.space.InputShape;
import dev.retort.space.RandomStreams;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaddedShareTest {
  private static final Architecture NETWORK = Architecture.parse("bert:layers=2,hidden=32,heads=2,"
      + "head-size=16,ratio=2,vocabulary=50,positions=64,classes=2");

  private static TokenStore texts(int... lengths) {
    List<Example> examples = new ArrayList<>();
    for (int length : lengths) {
      examples.add(new Example(new int[length], new int[length], Float.NaN));
    }
    return TokenStore.of(examples, 0);
  }

  private static PaddedShare share(TokenStore texts, int batch, int pool) {
    return PaddedShare.of(texts, batch, pool, NETWORK, new RandomStreams(3));
  }

  private static double macs(int batch, int sequence) {
    return NETWORK.family().cost(NETWORK, new InputShape(batch, sequence)).macs();
  }

  @Test
  void aBatchIsAsWideAsItsLongestText() {
    PaddedShare found = share(texts(2, 4, 10), 3, 1);
    assertThat(found.tokens()).isEqualTo(16);
    assertThat(found.cells()).isEqualTo(30);
    assertThat(found.share()).isCloseTo(14.0 / 30, within(1e-12));
    assertThat(found.factor())
        .isCloseTo(macs(3, 10) / (macs(1, 2) + macs(1, 4) + macs(1, 10)), within(1e-12));
  }

  @Test
  void textsOfOneLengthHaveNoPadding() {
    PaddedShare found = share(texts(7, 7, 7, 7, 7), 2, 1);
    assertThat(found.share()).isZero();
    assertThat(found.factor()).isCloseTo(1, within(1e-12));
  }

  @Test
  void largerPoolsLeaveLessPadding() {
    int[] lengths = new RandomStreams(5).at("lengths", 0).ints(600, 2, 60).toArray();
    TokenStore texts = texts(lengths);
    double chance = share(texts, 10, 1).share();
    double some = share(texts, 10, 4).share();
    double all = share(texts, 10, 60).share();
    assertThat(all).isLessThan(some);
    assertThat(some).isLessThan(chance);
  }
}
