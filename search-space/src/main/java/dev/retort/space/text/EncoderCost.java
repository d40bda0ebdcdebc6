package dev.retort.space.text;

import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import dev.retort.space.Value;
import org.jspecify.annotations.Nullable;

/**
 * The sums over an encoder's blueprint as arithmetic on its dimensions, without names and
 * lists: a search asks for hundreds of thousands of costs. The dimensions are looked up once.
 *
 * <p>S sequence, H hidden, E embedding width, A attention width, I inner width, C classes, V words.
 */
final class EncoderCost {
  private final Architecture architecture;
  private final long hidden;
  private final long headSize;
  private final long embedding;
  private final long words;
  private final long types;
  private final long classes;
  private final EncoderFamily.Head head;
  private final boolean pooler;
  private final int layers;
  private final @Nullable Value heads;
  private final @Nullable Value ratio;
  private final @Nullable Value inner;

  /** Layers that are looked at: one where all are alike, which then stands for all of them. */
  private final int distinct;

  private EncoderCost(Architecture architecture, EncoderLayout layout) {
    this.architecture = architecture;
    this.hidden = architecture.integer("hidden");
    this.headSize = architecture.integer("head-size");
    this.embedding = EncoderFamily.embedding(architecture);
    this.words = architecture.integer("vocabulary");
    this.types = EncoderFamily.types(architecture);
    this.head = EncoderFamily.head(architecture);
    this.classes = head == EncoderFamily.Head.WORDS ? 0 : architecture.integer("classes");
    boolean pools = head == EncoderFamily.Head.CLASSES
        || (head == EncoderFamily.Head.NONE && layout.pooler() != null);
    this.pooler = pools && architecture.word("pooling").equals("pooler");
    this.layers = architecture.layers();
    this.heads = architecture.values().get("heads");
    this.ratio = architecture.values().get("ratio");
    this.inner = architecture.values().get("intermediate");
    this.distinct =
        heads instanceof Value.Each || ratio instanceof Value.Each || inner instanceof Value.Each
            ? layers
            : 1;
  }

  static long parameters(Architecture architecture, EncoderLayout layout) {
    return new EncoderCost(architecture, layout).parameters();
  }

  static long layerParameters(Architecture architecture, EncoderLayout layout, int layer) {
    return new EncoderCost(architecture, layout).layerParameters(layer);
  }

  static Cost cost(Architecture architecture, EncoderLayout layout, InputShape input) {
    return new EncoderCost(architecture, layout).cost(input);
  }

  private long parameters() {
    long rows = words + architecture.integer("positions") + types;
    long total = embedding * (rows + 2) + classes * (hidden + 1);
    if (embedding != hidden) {
      total += hidden * (embedding + 1);
    }
    if (pooler) {
      total += hidden * (hidden + 1);
    }
    if (head == EncoderFamily.Head.WORDS) {
      total += embedding * (hidden + 1) + 2 * embedding + words;
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
    long keys = sequence + input.cached();
    long tokens = embedding == hidden ? 0 : hidden * embedding;
    long widest = Math.max(embedding * (types > 0 ? 4 : 3), 3 * hidden);
    switch (head) {
      case TOKENS -> {
        tokens += hidden * classes;
        widest = Math.max(widest, hidden + classes);
      }
      case WORDS -> {
        tokens += embedding * (hidden + words);
        widest = Math.max(widest, embedding + words);
      }
      case CLASSES, NONE -> {}
    }
    boolean pools = head == EncoderFamily.Head.CLASSES;
    long macs = (pools ? hidden * classes : 0) + (pooler ? hidden * hidden : 0);
    macs = Math.addExact(macs, Math.multiplyExact(sequence, tokens));
    long peak = Math.max(Math.multiplyExact(sequence, widest), pools ? hidden + classes : 0);
    for (int layer = 0; layer < distinct; layer++) {
      long attention = attention(layer);
      long inner = inner(layer);
      long perToken = Math.addExact(
          Math.multiplyExact(2 * attention, keys), 4 * hidden * attention + 2 * hidden * inner);
      long all = Math.multiplyExact(layers / distinct, Math.multiplyExact(sequence, perToken));
      macs = Math.addExact(macs, all);
      long maps = Math.multiplyExact(keys, number(heads, layer));
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
   * input, its output). Where those are all small, a sum of two holds more, or the embeddings'.
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
    throw new IllegalArgumentException("No number of an encoder (" + value + ")");
  }
}
