package dev.retort.space;

/**
 * The sums over a BERT-like encoder's blueprint as arithmetic on its dimensions, without names and
 * lists: a search asks for hundreds of thousands of costs.
 *
 * <p>S sequence, H hidden, A attention width, I inner width, C classes.
 */
final class BertCost {
  private BertCost() {}

  static long parameters(Architecture architecture) {
    long hidden = architecture.integer("hidden");
    long classes = architecture.integer("classes");
    long total = hidden
            * ((long) architecture.integer("vocabulary")
                + architecture.integer("positions")
                + architecture.integer("types")
                + 2)
        + classes * (hidden + 1);
    if (architecture.word("pooling").equals("pooler")) {
      total += hidden * (hidden + 1);
    }
    int layers = architecture.layers();
    if (alike(architecture)) {
      return total + layers * layerParameters(architecture, 0);
    }
    for (int layer = 0; layer < layers; layer++) {
      total += layerParameters(architecture, layer);
    }
    return total;
  }

  static long layerParameters(Architecture architecture, int layer) {
    long hidden = architecture.integer("hidden");
    long attention = attention(architecture, layer);
    long inner = BertFamily.intermediate(architecture, layer);
    return (4 * hidden + 3) * attention + (2 * hidden + 1) * inner + 6 * hidden;
  }

  static Cost cost(Architecture architecture, InputShape input) {
    long hidden = architecture.integer("hidden");
    long classes = architecture.integer("classes");
    long sequence = input.sequence();
    long macs = hidden * classes;
    if (architecture.word("pooling").equals("pooler")) {
      macs += hidden * hidden;
    }
    int distinct = alike(architecture) ? 1 : architecture.layers();
    long times = architecture.layers() / distinct;
    long peak =
        Math.max(Math.multiplyExact(4L, Math.multiplyExact(sequence, hidden)), hidden + classes);
    for (int layer = 0; layer < distinct; layer++) {
      long attention = attention(architecture, layer);
      long inner = BertFamily.intermediate(architecture, layer);
      long perToken =
          Math.multiplyExact(2 * attention, sequence) + 4 * hidden * attention + 2 * hidden * inner;
      long all = Math.multiplyExact(times, Math.multiplyExact(sequence, perToken));
      macs = Math.addExact(macs, all);
      long maps = Math.multiplyExact(sequence, architecture.integer("heads", layer));
      peak = Math.max(peak, layerPeak(sequence, hidden, attention, inner, maps));
    }
    long batch = input.batch();
    return Cost.exact(
        parameters(architecture), Math.multiplyExact(batch, macs), Math.multiplyExact(batch, peak));
  }

  /**
   * The most that is alive in a layer: at the scores (input, query, key, value, scores), at the
   * softmax (input, value, scores, probabilities) or at the activation function (its residual, its
   * input, its output). Where those are all small, the embeddings' sum holds more.
   *
   * @param maps heads times sequence, a token's share of the attention scores
   */
  private static long layerPeak(long sequence, long hidden, long attention, long inner, long maps) {
    long scores = hidden + 3 * attention + maps;
    long softmax = hidden + attention + 2 * maps;
    long gelu = hidden + 2 * inner;
    return Math.multiplyExact(sequence, Math.max(gelu, Math.max(scores, softmax)));
  }

  private static boolean alike(Architecture architecture) {
    return !architecture.differs("heads")
        && !architecture.differs(architecture.has("ratio") ? "ratio" : "intermediate");
  }

  private static long attention(Architecture architecture, int layer) {
    return (long) architecture.integer("heads", layer) * architecture.integer("head-size");
  }
}
