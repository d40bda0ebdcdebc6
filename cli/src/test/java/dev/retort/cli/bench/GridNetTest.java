package dev.retort.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GridNetTest {
  /** As benchmarks/peer/scoring_peer.py draws from random.Random(1), with its flops([37], ...). */
  @Test
  void networksAndTheirWorkAreThoseOfThePeer() {
    PythonRandom draw = new PythonRandom(1);
    List<GridNet> drawn = List.of(GridNet.drawn(draw), GridNet.drawn(draw), GridNet.drawn(draw));
    assertThat(drawn)
        .containsExactly(
            new GridNet(4, 192, 5, 384), new GridNet(6, 384, 6, 1536), new GridNet(6, 256, 3, 768));
    assertThat(drawn)
        .extracting(each -> each.flops(37))
        .containsExactly(108_819_072.0, 701_107_968.0, 235_980_672.0);
  }
}
