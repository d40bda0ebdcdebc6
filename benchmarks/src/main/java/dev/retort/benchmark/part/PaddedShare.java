package dev.retort.benchmark.part;

import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.space.Architecture;
import dev.retort.space.InputShape;
import dev.retort.space.RandomStreams;

/**
 * What an epoch computes of padding.
 *
 * @param tokens of the examples
 * @param cells of its batches, each as wide as its longest example: tokens and padding
 * @param macs of forward passes over the examples alone, multiply-accumulates
 * @param paddedMacs of forward passes over the batches
 */
record PaddedShare(long tokens, long cells, double macs, double paddedMacs) {
  /**
   * The first epoch of a plan.
   *
   * @param texts one or more
   * @param batch examples a batch
   * @param pool batches that are sorted by length at once; see {@link BatchPlan}
   * @param network what reads them
   */
  static PaddedShare of(
      Dataset<?> texts, int batch, int pool, Architecture network, RandomStreams streams) {
    BatchPlan plan = new BatchPlan(texts, batch, pool, streams);
    long tokens = 0;
    long cells = 0;
    double macs = 0;
    double paddedMacs = 0;
    for (int step = 0; step < plan.batchesPerEpoch(); step++) {
      int[] indices = plan.batch(step);
      int longest = 0;
      for (int index : indices) {
        int length = texts.length(index);
        tokens += length;
        macs += macs(network, 1, length);
        longest = Math.max(longest, length);
      }
      cells += (long) indices.length * longest;
      paddedMacs += macs(network, indices.length, longest);
    }
    return new PaddedShare(tokens, cells, macs, paddedMacs);
  }

  private static double macs(Architecture network, int batch, int sequence) {
    return network.family().cost(network, new InputShape(batch, sequence)).macs();
  }

  /** Padding's share of what batches hold, in [0, 1). */
  double share() {
    return 1 - (double) tokens / cells;
  }

  /** FLOPs of the batches for one of the examples alone, from 1; forward or whole steps alike. */
  double factor() {
    return paddedMacs / macs;
  }
}
