package dev.retort.distill.objective;

import com.google.common.collect.ImmutableList;

/**
 * Which layer of the teacher each layer of the student learns from, where depths differ. L_s
 * student layers, L_t teacher layers; layers count from 1, and 0 is what the embeddings give.
 */
public enum LayerMap {
  /** Layer i from layer round(i L_t / L_s): TinyBERT's (Jiao et al., Findings of EMNLP 2020). */
  UNIFORM {
    @Override
    ImmutableList<LayerPair> pairs(int student, int teacher, boolean embeddings) {
      return each(1, student, i -> Math.max(1, (int) Math.round((double) i * teacher / student)));
    }
  },

  /**
   * Distiller's (He et al., SustaiNLP 2021): state i, the embeddings' among them, from state int(i
   * L_t / L_s); attention of layer i from layer int(i L_t / L_s), both from 1.
   */
  SKIP {
    @Override
    ImmutableList<LayerPair> pairs(int student, int teacher, boolean embeddings) {
      int first = embeddings ? 0 : 1;
      return each(
          first, student, i -> Math.max(first, (int) ((double) i * teacher / student + ROUNDING)));
    }
  },

  /** The last L_s layers: layer i from layer L_t - L_s + i. Distiller's. */
  LAST {
    @Override
    ImmutableList<LayerPair> pairs(int student, int teacher, boolean embeddings) {
      int first = embeddings ? 0 : 1;
      return each(first, student, i -> Math.max(first, teacher - student + i));
    }
  },

  /**
   * Every layer from every layer, by optimal transport between them with uniform weights: Li et
   * al., "BERT-EMD" (EMNLP 2020). The flow is a constant, the loss the sum of flow times distance.
   * The host finds the flow, for which a GPU is waited for at each step.
   */
  EMD {
    @Override
    ImmutableList<LayerPair> pairs(int student, int teacher, boolean embeddings) {
      ImmutableList.Builder<LayerPair> all = ImmutableList.builder();
      for (int i = 1; i <= student; i++) {
        for (int j = 1; j <= teacher; j++) {
          all.add(new LayerPair(i, j));
        }
      }
      return all.build();
    }
  };

  /** Whole numbers must not fall below themselves where a quotient is rounded. */
  private static final double ROUNDING = 1e-9;

  /** The teacher's layer of a student's. */
  private interface From {
    int layer(int student);
  }

  /**
   * The pairs for two depths.
   *
   * @param embeddings whether there is something to learn from the embeddings
   */
  abstract ImmutableList<LayerPair> pairs(int student, int teacher, boolean embeddings);

  private static ImmutableList<LayerPair> each(int first, int last, From from) {
    ImmutableList.Builder<LayerPair> pairs = ImmutableList.builder();
    for (int i = first; i <= last; i++) {
      pairs.add(new LayerPair(i, from.layer(i)));
    }
    return pairs.build();
  }
}
