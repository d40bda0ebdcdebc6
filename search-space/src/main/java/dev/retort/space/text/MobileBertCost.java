package dev.retort.space.text;

import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import dev.retort.space.TransformerDimensions;
import dev.retort.space.Value;
import org.jspecify.annotations.Nullable;

/**
 * The sums over a MobileBERT's blueprint as arithmetic on its dimensions, without names and lists:
 * a search asks for hundreds of thousands of costs.
 */
final class MobileBertCost {
  private final Architecture architecture;
  private final long hidden;
  private final long inside;
  private final long headSize;
  private final long embedding;
  private final long classes;
  private final boolean shared;
  private final long words;
  private final boolean tokens;
  private final boolean guesses;
  private final boolean pooler;
  private final int layers;
  private final @Nullable Value heads;
  private final @Nullable Value stack;
  private final @Nullable Value ratio;
  private final @Nullable Value inner;

  /** Layers that are looked at: one where all are alike, which then stands for all of them. */
  private final int distinct;

  MobileBertCost(Architecture architecture) {
    this.architecture = architecture;
    this.hidden = architecture.integer("hidden");
    this.inside = architecture.integer("bottleneck");
    this.headSize = architecture.integer("head-size");
    this.embedding = architecture.integer("embedding");
    this.words = architecture.integer("vocabulary");
    this.guesses = architecture.word("head").equals("words");
    this.classes = guesses ? 0 : architecture.integer("classes");
    this.shared = MobileBertFamily.shared(architecture);
    this.tokens = architecture.word("head").equals("tokens");
    this.pooler = !tokens && !guesses && architecture.word("pooling").equals("pooler");
    this.layers = architecture.layers();
    this.heads = architecture.values().get("heads");
    this.stack = architecture.values().get("feed-forwards");
    this.ratio = architecture.values().get("ratio");
    this.inner = architecture.values().get("intermediate");
    boolean alike = !(heads instanceof Value.Each
        || stack instanceof Value.Each
        || ratio instanceof Value.Each
        || inner instanceof Value.Each);
    this.distinct = alike ? 1 : layers;
  }

  long parameters() {
    long rows = architecture.integer("positions") + architecture.integer("types");
    // Of the embeddings the bias of the map and a norm.
    long total = embedding * words
        + hidden * (rows + 3 * embedding + 3)
        + classes * (hidden + 1)
        + (pooler ? hidden * (hidden + 1) : 0)
        + (guesses ? hidden * (hidden + 3) + words * (hidden - embedding + 1) : 0);
    for (int layer = 0; layer < distinct; layer++) {
      total = Math.addExact(total, layers / distinct * layerParameters(layer));
    }
    return total;
  }

  long layerParameters(int layer) {
    long attention = attention(layer);
    long biases = 3 * attention
        + inside * (shared ? 9 : 6)
        + stack(layer) * (inner(layer) + 3 * inside)
        + 3 * hidden;
    return Math.addExact(matrices(layer), biases);
  }

  /** Entries of a layer's matrices, each a product for each token. */
  private long matrices(int layer) {
    long attention = attention(layer);
    return (shared ? 3 : 2) * hidden * inside
        + attention * (3 * inside + (shared ? hidden : inside))
        + stack(layer) * 2 * inside * inner(layer);
  }

  Cost cost(InputShape input) {
    long sequence = input.sequence();
    long keys = sequence + input.cached();
    long perToken = 3 * embedding * hidden + (tokens ? hidden * classes : 0);
    long widest = Math.max(3 * embedding + Math.max(embedding, hidden), 4 * hidden);
    if (tokens) {
      widest = Math.max(widest, hidden + classes);
    }
    if (guesses) {
      perToken += hidden * (hidden + words);
      widest = Math.max(widest, Math.max(hidden + 2 * words, 3 * words));
    }
    long macs = Math.multiplyExact(sequence, perToken)
        + (pooler ? hidden * hidden : 0)
        + (tokens ? 0 : hidden * classes);
    for (int layer = 0; layer < distinct; layer++) {
      long each = Math.addExact(matrices(layer), Math.multiplyExact(2 * attention(layer), keys));
      long alike = layers / distinct;
      macs = Math.addExact(macs, Math.multiplyExact(alike, Math.multiplyExact(sequence, each)));
      widest = Math.max(widest, widest(layer, keys));
    }
    long peak = Math.max(
        Math.multiplyExact(sequence, widest), !tokens && classes > 0 ? hidden + classes : 0);
    long batch = input.batch();
    long parameters = parameters();
    return Cost.exact(
        parameters, parameters, Math.multiplyExact(batch, macs), Math.multiplyExact(batch, peak));
  }

  /**
   * The most that is alive for a token in a layer, beside its input: at the key (the bottlenecks,
   * query, key), at the scores, at the softmax, at a sum inside the bottleneck, at an activation
   * function, at the sum behind it.
   */
  private long widest(int layer, long keys) {
    long attention = attention(layer);
    long maps = Math.multiplyExact(keys, heads(layer));
    long scores = inside + Math.max(3 * attention + maps, attention + 2 * maps);
    long within = Math.max(3 * inside, inside + 2 * inner(layer));
    long key = shared ? 2 * inside + 2 * attention : 0;
    return hidden + Math.max(Math.max(scores, within), Math.max(key, 2 * hidden));
  }

  private long heads(int layer) {
    return (long) TransformerDimensions.at(heads, "heads", layer);
  }

  private long attention(int layer) {
    return heads(layer) * headSize;
  }

  private long stack(int layer) {
    return (long) TransformerDimensions.at(stack, "feed-forwards", layer);
  }

  private long inner(int layer) {
    return ratio == null
        ? (long) TransformerDimensions.at(inner, "intermediate", layer)
        : Math.round(TransformerDimensions.at(ratio, "ratio", layer) * hidden);
  }
}
