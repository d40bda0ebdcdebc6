package dev.retort.space.text;

import dev.retort.space.Architecture;

/**
 * The sums over a decoder's blueprint as arithmetic on its dimensions, without names and lists: a
 * search asks for hundreds of thousands of counts.
 *
 * <p>H hidden, Q query width, K key width, I inner width, V words, P rows of positions.
 */
final class DecoderCost {
  private DecoderCost() {}

  static long parameters(Architecture architecture) {
    DecoderFamily family = DecoderFamily.of(architecture);
    long hidden = architecture.integer("hidden");
    long rows = architecture.integer("vocabulary") * (DecoderFamily.tied(architecture) ? 1L : 2L);
    if (!family.rotary()) {
      rows += architecture.integer("positions") + family.offset();
    }
    long total = hidden * rows + (DecoderFamily.finalNorm(architecture) ? norm(architecture) : 0);
    for (int layer = 0; layer < architecture.layers(); layer++) {
      total = Math.addExact(total, layerParameters(architecture, layer));
    }
    return total;
  }

  static long layerParameters(Architecture architecture, int layer) {
    long hidden = architecture.integer("hidden");
    long headSize = architecture.integer("head-size");
    long queries = architecture.integer("heads", layer) * headSize;
    long keys = DecoderFamily.groups(architecture, layer) * headSize;
    long inner = DecoderFamily.intermediate(architecture, layer);
    boolean gated = DecoderFamily.of(architecture).names().gate() != null;
    long total = 2 * hidden * (queries + keys) + (gated ? 3 : 2) * hidden * inner;
    if (DecoderFamily.attentionBias(architecture)) {
      total += queries + 2 * keys + hidden;
    }
    if (DecoderFamily.mlpBias(architecture)) {
      total += (gated ? 2 : 1) * inner + hidden;
    }
    return total + 2 * norm(architecture);
  }

  private static long norm(Architecture architecture) {
    return architecture.integer("hidden") * (DecoderFamily.normShift(architecture) ? 2L : 1L);
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
