package dev.retort.space.text;

import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import dev.retort.space.TransformerDimensions;
import dev.retort.space.Value;
import org.jspecify.annotations.Nullable;

/**
 * The sums over a decoder's blueprint as arithmetic on its dimensions, without names and lists: a
 * search asks for hundreds of thousands of counts.
 *
 * <p>H hidden, W width of the tables of words, Q query width, K key width, I inner width, V words.
 */
final class DecoderCost {
  private final Architecture architecture;
  private final long hidden;
  private final long words;
  private final long width;
  private final long headSize;
  private final boolean projects;
  private final boolean rotary;
  private final boolean finalNorm;
  private final boolean normAfter;
  private final boolean parallel;
  private final int matrices;
  private final boolean attentionBias;
  private final boolean mlpBias;

  /** Parameters of a normalisation. */
  private final long norm;

  private final @Nullable Value heads;
  private final @Nullable Value perGroup;
  private final @Nullable Value ratio;
  private final @Nullable Value inner;
  private final int layers;

  /** Layers that are looked at: one where all are alike, which then stands for all of them. */
  private final int distinct;

  private DecoderCost(Architecture architecture) {
    DecoderFamily family = DecoderFamily.of(architecture);
    this.architecture = architecture;
    this.hidden = architecture.integer("hidden");
    this.words = architecture.integer("vocabulary");
    this.width = DecoderFamily.embedding(architecture);
    this.headSize = architecture.integer("head-size");
    this.projects = DecoderFamily.projects(architecture);
    this.rotary = family.rotary();
    this.finalNorm = DecoderFamily.finalNorm(architecture);
    this.normAfter = DecoderFamily.normAfter(architecture);
    this.parallel = DecoderFamily.parallel(architecture);
    this.matrices = family.names().gate() == null ? 2 : 3;
    this.attentionBias = DecoderFamily.attentionBias(architecture);
    this.mlpBias = DecoderFamily.mlpBias(architecture);
    this.norm = hidden * (DecoderFamily.normShift(architecture) ? 2L : 1L);
    this.heads = architecture.values().get("heads");
    this.perGroup = architecture.values().get("heads-per-group");
    this.ratio = architecture.values().get("ratio");
    this.inner = architecture.values().get("intermediate");
    boolean alike = !(heads instanceof Value.Each
        || perGroup instanceof Value.Each
        || ratio instanceof Value.Each
        || inner instanceof Value.Each);
    this.layers = architecture.layers();
    this.distinct = alike ? 1 : layers;
  }

  static long parameters(Architecture architecture) {
    return new DecoderCost(architecture).parameters();
  }

  static long layerParameters(Architecture architecture, int layer) {
    return new DecoderCost(architecture).layerParameters(layer);
  }

  static Cost cost(Architecture architecture, InputShape input) {
    return new DecoderCost(architecture).cost(input);
  }

  private long parameters() {
    long total = width * words * (DecoderFamily.tied(architecture) ? 1L : 2L);
    if (!rotary) {
      int offset = DecoderFamily.of(architecture).offset();
      total += hidden * (architecture.integer("positions") + offset);
    }
    if (projects) {
      total += 2 * hidden * width;
    }
    total += finalNorm ? norm : 0;
    for (int layer = 0; layer < distinct; layer++) {
      long alike = Math.multiplyExact(layers / distinct, layerParameters(layer));
      total = Math.addExact(total, alike);
    }
    return total;
  }

  private long layerParameters(int layer) {
    long queries = queries(layer);
    long keys = keys(layer);
    long inner = inner(layer);
    long total = products(queries, keys, inner) + 2 * norm;
    if (attentionBias) {
      total += queries + 2 * keys + hidden;
    }
    if (mlpBias) {
      total += (matrices - 1) * inner + hidden;
    }
    return total;
  }

  /** Entries of a layer's matrices, each a product for each token. */
  private long products(long queries, long keys, long inner) {
    return 2 * hidden * (queries + keys) + matrices * hidden * inner;
  }

  private Cost cost(InputShape input) {
    long sequence = input.sequence();
    long seen = sequence + input.cached();
    long macs = Math.multiplyExact(sequence, width * words + (projects ? 2 * hidden * width : 0));
    long widest = Math.max(outside(), width + words);
    for (int layer = 0; layer < distinct; layer++) {
      long queries = queries(layer);
      long keys = keys(layer);
      long inner = inner(layer);
      long each =
          Math.addExact(products(queries, keys, inner), Math.multiplyExact(2 * queries, seen));
      long alike = layers / distinct;
      macs = Math.addExact(macs, Math.multiplyExact(alike, Math.multiplyExact(sequence, each)));
      long maps = Math.multiplyExact(seen, heads(layer));
      widest =
          Math.max(widest, hidden + Math.max(attention(queries, keys, maps), feedForward(inner)));
    }
    long batch = input.batch();
    long parameters = parameters();
    return Cost.exact(
        parameters,
        parameters,
        Math.multiplyExact(batch, macs),
        Math.multiplyExact(batch, Math.multiplyExact(sequence, widest)));
  }

  /** The most that is alive for a token where words are looked up, and before the output. */
  private long outside() {
    long embed = rotary ? hidden : 3 * hidden;
    return Math.max(embed, projects ? hidden + width : finalNorm ? 2 * hidden : 0);
  }

  /**
   * The most that is alive for a token in attention, beside the layer's input: at the value, where
   * the query is turned, at the scores, at the softmax, at the output, at the sum.
   *
   * @param maps heads times tokens looked at, a token's share of the scores
   */
  private long attention(long queries, long keys, long maps) {
    long value = (normAfter ? 0 : hidden) + queries + 2 * keys;
    long turned = rotary ? 2 * (queries + keys) : 0;
    long scores = Math.max(queries + 2 * keys + maps, keys + 2 * maps);
    long output = hidden + Math.max(queries, hidden);
    return Math.max(Math.max(value, turned), Math.max(scores, output));
  }

  /** The same of the feed-forward network: at its first and last function, and at the sum. */
  private long feedForward(long inner) {
    long first = normAfter ? inner : hidden + (matrices - 1) * inner;
    long most = Math.max(Math.max(first, matrices * inner), 2 * hidden);
    return parallel ? hidden + most : most;
  }

  private long heads(int layer) {
    return (long) TransformerDimensions.at(heads, "heads", layer);
  }

  private long queries(int layer) {
    return heads(layer) * headSize;
  }

  private long keys(int layer) {
    return perGroup == null
        ? queries(layer)
        : heads(layer)
            / (long) TransformerDimensions.at(perGroup, "heads-per-group", layer)
            * headSize;
  }

  private long inner(int layer) {
    return ratio == null
        ? (long) TransformerDimensions.at(inner, "intermediate", layer)
        : Math.round(TransformerDimensions.at(ratio, "ratio", layer) * hidden);
  }

  /** Keys and values of a token in all layers. */
  static long cached(Architecture architecture) {
    long groups = 0;
    for (int layer = 0; layer < architecture.layers(); layer++) {
      groups += DecoderFamily.groups(architecture, layer);
    }
    return 2 * groups * architecture.integer("head-size");
  }
}
