package dev.retort.cli.bench;

import dev.retort.space.Architecture;
import java.util.List;

/**
 * An encoder of the benchmarks: the teacher, the SuperLM, or a sub-network of its grid.
 *
 * @param layers how many
 * @param hidden width of the hidden states
 * @param heads of attention, each 64 wide
 * @param inner width between the products of a feed-forward part
 */
record GridNet(int layers, int hidden, int heads, int inner) {
  /** Pieces that texts are made of. */
  static final int VOCABULARY = 30_522;

  static final GridNet TEACHER = new GridNet(6, 512, 8, 2048);
  static final GridNet LARGEST = new GridNet(6, 384, 6, 1536);

  private static final int HEAD = 64;

  /** The next sub-network of the grid, the same as the peers in Python draw. */
  static GridNet drawn(PythonRandom draw) {
    int layers = draw.choice(List.of(3, 4, 5, 6));
    int hidden = draw.choice(List.of(192, 256, 320, 384));
    int heads = draw.choice(List.of(3, 4, 5, 6));
    double ratio = draw.choice(List.of(2.0, 3.0, 4.0));
    return new GridNet(layers, hidden, heads, (int) Math.rint(ratio * hidden));
  }

  Architecture architecture() {
    return Architecture.parse("bert:layers=" + layers + ",hidden=" + hidden + ",heads=" + heads
        + ",intermediate=" + inner + ",head-size=" + HEAD + ",vocabulary=" + VOCABULARY
        + ",positions=512,types=2,classes=0,pooling=first");
  }

  /**
   * FLOPs of the matrix products of one forward pass, relations included; of the last layer only
   * queries, keys and values.
   *
   * @param tokens of the text
   */
  double flops(int tokens) {
    double n = tokens;
    double width = (double) heads * HEAD;
    double projections = 3 * n * hidden * width;
    double rest = 2 * n * n * width + n * width * hidden + 2 * n * hidden * inner;
    return 2 * (layers * projections + (layers - 1) * rest + 3 * n * n * width);
  }
}
