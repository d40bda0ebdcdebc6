package dev.retort.space.image;

import static java.lang.Math.addExact;
import static java.lang.Math.multiplyExact;

import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.TransformerDimensions;
import dev.retort.space.Value;
import org.jspecify.annotations.Nullable;

/**
 * The sums over a vision Transformer's blueprint as arithmetic on its dimensions, without names and
 * lists: a search asks for hundreds of thousands of costs. The dimensions are looked up once.
 *
 * <p>S sequence, H hidden, A attention width, I inner width, C classes.
 */
final class VisionTransformerCost {
  private final Architecture architecture;
  private final long hidden;
  private final long headSize;
  private final long classes;
  private final long heads;
  private final long sequence;

  /** Entries of a patch. */
  private final long patch;

  private final boolean relative;
  private final boolean bias;

  private final int layers;
  private final @Nullable Value headCount;
  private final @Nullable Value ratio;
  private final @Nullable Value inner;

  /** Layers that are looked at: one where all are alike, which then stands for all of them. */
  private final int distinct;

  VisionTransformerCost(Architecture architecture) {
    this.architecture = architecture;
    this.hidden = architecture.integer("hidden");
    this.headSize = architecture.integer("head-size");
    this.classes = architecture.integer("classes");
    this.heads = VisionTransformerFamily.distilled(architecture) ? 2 : 1;
    this.sequence = VisionTransformerFamily.sequence(architecture);
    long side = architecture.integer("patch");
    this.patch = architecture.integer("channels") * side * side;
    this.relative = VisionTransformerFamily.relative(architecture);
    this.bias = architecture.word("qkv-bias").equals("yes");
    this.layers = architecture.layers();
    this.headCount = architecture.values().get("heads");
    this.ratio = architecture.values().get("ratio");
    this.inner = architecture.values().get("intermediate");
    boolean differs = headCount instanceof Value.Each
        || ratio instanceof Value.Each
        || inner instanceof Value.Each;
    this.distinct = differs ? layers : 1;
  }

  long parameters() {
    long tokens = VisionTransformerFamily.tokens(architecture);
    // Tokens, positions, the projection with its bias, and the last normalisation.
    long total = hidden * (tokens + sequence + patch + 1 + 2);
    total += classes == 0 ? 0 : heads * classes * (hidden + 1);
    for (int layer = 0; layer < distinct; layer++) {
      total += layers / distinct * layerParameters(layer);
    }
    return total;
  }

  long layerParameters(int layer) {
    long tables = relative ? 4 * VisionTransformerFamily.DISTANCES * headSize : 0;
    return (4 * hidden + (bias ? 3 : 0)) * attention(layer)
        + (2 * hidden + 1) * inner(layer)
        + 6 * hidden
        + tables;
  }

  Cost cost(int batch) {
    long patches = sequence - VisionTransformerFamily.tokens(architecture);
    long macs = addExact(multiplyExact(hidden * patch, patches), heads * hidden * classes);
    long peak = headPeak();
    for (int layer = 0; layer < distinct; layer++) {
      long attention = attention(layer);
      long inner = inner(layer);
      long perToken = addExact(
          multiplyExact((relative ? 4 : 2) * attention, sequence),
          4 * hidden * attention + 2 * hidden * inner);
      macs = addExact(macs, multiplyExact(layers / distinct, multiplyExact(sequence, perToken)));
      peak = Math.max(peak, layerPeak(attention, inner, heads(layer)));
    }
    long parameters = parameters();
    return Cost.exact(
        parameters, parameters, multiplyExact((long) batch, macs), multiplyExact(batch, peak));
  }

  /**
   * The most that is alive in a layer, with the rule of the blueprint, a token's share of it: at
   * the value (input, its norm, query, key, value), around the scores, at the inner width, or at
   * the sums. The embeddings and the last norm hold less than a layer's sums.
   */
  private long layerPeak(long attention, long inner, long heads) {
    long maps = heads * sequence;
    long most = Math.max(2 * hidden + 3 * attention, hidden + 3 * attention + maps);
    most = Math.max(most, hidden + attention + 2 * maps);
    most = Math.max(most, Math.max(hidden + 2 * inner, 2 * hidden + inner));
    most = Math.max(most, 3 * hidden);
    if (relative) {
      long table = multiplyExact(sequence, headSize);
      most = Math.max(most, hidden + 2 * attention + maps + 3 * table);
      most = Math.max(most, hidden + 2 * attention + 2 * maps + table);
      most = Math.max(most, hidden + attention + 3 * maps);
    }
    return multiplyExact(sequence, most);
  }

  /** The most that is alive behind the last norm: pooled states and logits. */
  private long headPeak() {
    return heads == 1
        ? hidden + classes
        : Math.max(2 * hidden + classes, Math.max(hidden + 2 * classes, 3 * classes));
  }

  private long heads(int layer) {
    return (long) TransformerDimensions.at(headCount, "heads", layer);
  }

  private long attention(int layer) {
    return heads(layer) * headSize;
  }

  private long inner(int layer) {
    return ratio == null
        ? (long) TransformerDimensions.at(inner, "intermediate", layer)
        : Math.round(TransformerDimensions.at(ratio, "ratio", layer) * hidden);
  }
}
