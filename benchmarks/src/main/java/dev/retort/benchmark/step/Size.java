package dev.retort.benchmark.step;

import dev.retort.space.Architecture;

/**
 * The size of a SuperLM's step. The teacher and all sub-networks have it.
 *
 * @param layers of each network
 * @param hidden width of each network, in heads of 64
 * @param sequence tokens a text
 * @param batch texts
 * @param subNetworks that learn in a step
 */
record Size(int layers, int hidden, int sequence, int batch, int subNetworks) {
  private static final int HEAD = 64;
  private static final int RATIO = 4;
  private static final int VOCABULARY = 4096;

  /** What may grow. */
  enum Axis {
    LAYERS,
    HIDDEN,
    SEQUENCE,
    BATCH,
    SUB_NETWORKS;

    String title() {
      return switch (this) {
        case LAYERS -> "layers";
        case HIDDEN -> "hidden";
        case SEQUENCE -> "sequence";
        case BATCH -> "batch";
        case SUB_NETWORKS -> "sub-networks";
      };
    }
  }

  /** The same of another length on one axis. */
  Size with(Axis axis, int length) {
    return switch (axis) {
      case LAYERS -> new Size(length, hidden, sequence, batch, subNetworks);
      case HIDDEN -> new Size(layers, length, sequence, batch, subNetworks);
      case SEQUENCE -> new Size(layers, hidden, length, batch, subNetworks);
      case BATCH -> new Size(layers, hidden, sequence, length, subNetworks);
      case SUB_NETWORKS -> new Size(layers, hidden, sequence, batch, length);
    };
  }

  int vocabulary() {
    return VOCABULARY;
  }

  int heads() {
    return Math.max(1, hidden / HEAD);
  }

  Architecture architecture() {
    return Architecture.parse("bert:layers=" + layers + ",hidden=" + hidden + ",heads=" + heads()
        + ",head-size=" + hidden / heads() + ",ratio=" + RATIO + ",vocabulary=" + VOCABULARY
        + ",positions=" + Math.max(sequence, 2) + ",classes=0,pooling=first");
  }

  /**
   * FLOPs of the matrix products of a step: the teacher's forward pass, and three times that of
   * each sub-network. Of the last layers only queries, keys, values and their relations are
   * computed.
   */
  double flops() {
    double tokens = (double) batch * sequence;
    double width = hidden;
    double projections = 3 * tokens * width * width;
    double rest = (1 + 2 * RATIO) * tokens * width * width + 2 * tokens * sequence * width;
    double pass = 2 * (layers * projections + (layers - 1) * rest + 3 * tokens * sequence * width);
    return pass * (1 + 3 * subNetworks);
  }
}
