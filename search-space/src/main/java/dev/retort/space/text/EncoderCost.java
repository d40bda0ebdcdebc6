package dev.retort.space.text;

import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import dev.retort.space.Value;
import org.jspecify.annotations.Nullable;

/**
 * The sums over a BERT-like encoder's blueprint as arithmetic on its dimensions, without names and
 * lists: a search asks for hundreds of thousands of costs. The dimensions are looked up once.
 *
 * <p>S sequence, H hidden, A attention width, I inner width, C classes.
 */
final class EncoderCost {
  private final Architecture architecture;
  private final long hidden;
  private final long headSize;
  private final long classes;
  private final boolean pooler;
  private final int layers;
  private final @Nullable Value heads;
  private final @Nullable Value ratio;
  private final @Nullable Value inner;

  /** Layers that are looked at: one where all are alike, which then stands for all of them. */
  private final int distinct;

  private EncoderCost(Architecture architecture) {
    this.architecture = architecture;
    this.hidden = architecture.integer("hidden");
    this.headSize = architecture.integer("head-size");
    this.classes = architecture.integer("classes");
    this.pooler = architecture.word("pooling").equals("pooler");
    this.layers = architecture.layers();
    this.heads = architecture.values().get("heads");
    this.ratio = architecture.values().get("ratio");
    this.inner = architecture.values().get("intermediate");
    this.distinct =
        heads instanceof Value.Each || ratio instanceof Value.Each || inner instanceof Value.Each
            ? layers
            : 1;
  }

  static long parameters(Architecture architecture) {
    return new EncoderCost(architecture).parameters();
  }

  static long layerParameters(Architecture architecture, int layer) {
    return new EncoderCost(architecture).layerParameters(layer);
  }

  static Cost cost(Architecture architecture, InputShape input) {
    return new EncoderCost(architecture).cost(input);
  }

  private long parameters() {
    long rows = (long) architecture.integer("vocabulary")
        + architecture.integer("positions")
        + architecture.integer("types");
    long total = hidden * (rows + 2) + classes * (hidden + 1);
    if (pooler) {
      total += hidden * (hidden + 1);
    }
    for (int layer = 0; layer < distinct; layer++) {
      total += layers / distinct * layerParameters(layer);
    }
    return total;
  }

  private long layerParameters(int layer) {
    return (4 * hidden + 3) * attention(layer) + (2 * hidden + 1) * inner(layer) + 6 * hidden;
  }

  private Cost cost(InputShape input) {
    long sequence = input.sequence();
    long macs = hidden * classes + (pooler ? hidden * hidden : 0);
    long peak =
        Math.max(Math.multiplyExact(4L, Math.multiplyExact(sequence, hidden)), hidden + classes);
    for (int layer = 0; layer < distinct; layer++) {
      long attention = attention(layer);
      long inner = inner(layer);
      long perToken = Math.addExact(
          Math.multiplyExact(2 * attention, sequence), 4 * hidden * attention + 2 * hidden * inner);
      long all = Math.multiplyExact(layers / distinct, Math.multiplyExact(sequence, perToken));
      macs = Math.addExact(macs, all);
      long maps = Math.multiplyExact(sequence, number(heads, layer));
      peak = Math.max(peak, layerPeak(sequence, attention, inner, maps));
    }
    long batch = input.batch();
    long parameters = parameters();
    return Cost.exact(
        parameters, parameters, Math.multiplyExact(batch, macs), Math.multiplyExact(batch, peak));
  }

  /**
   * The most that is alive in a layer: at the scores (input, query, key, value, scores), at the
   * softmax (input, value, scores, probabilities) or at the activation function (its residual, its
   * input, its output). Where those are all small, the embeddings' sum holds more.
   *
   * @param maps heads times sequence, a token's share of the attention scores
   */
  private long layerPeak(long sequence, long attention, long inner, long maps) {
    long scores = hidden + 3 * attention + maps;
    long softmax = hidden + attention + 2 * maps;
    long gelu = hidden + 2 * inner;
    return Math.multiplyExact(sequence, Math.max(gelu, Math.max(scores, softmax)));
  }

  private long attention(int layer) {
    return number(heads, layer) * headSize;
  }

  private long inner(int layer) {
    return ratio == null ? number(inner, layer) : Math.round(decimal(ratio, layer) * hidden);
  }

  private static long number(@Nullable Value value, int layer) {
    return (long) decimal(value, layer);
  }

  private static double decimal(@Nullable Value value, int layer) {
    if (value instanceof Value.Number number) {
      return number.value();
    }
    if (value instanceof Value.Each each) {
      return each.values().get(layer);
    }
    throw new IllegalArgumentException("No number of a bert architecture (" + value + ")");
  }
}
