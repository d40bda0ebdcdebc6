package dev.retort.distill.objective.procedure;

import com.google.common.collect.ImmutableList;

/**
 * StableKD's schedule of decomposition and recomposition: "StableKD" (arXiv 2312.13223). A
 * reconstruction: the paper's schedule could not be read.
 *
 * <p>For a share of the training every block is a group of its own; then neighbours are merged two
 * by two for as long, and so on; the rest is trained as one group, with the losses of labels and
 * logits beside it. With 4 blocks and a share of 1/4: 1-1-1-1 up to a quarter, 2-2 up to a half, 4
 * from there on. Of an odd number of groups the last stays alone. It has no state: all follows from
 * the step.
 *
 * @param blocks N, at least 1
 * @param share of the training before each merge, above 0; 0.25 by default. The last merge must
 *     come before the end
 */
public record BlockSchedule(int blocks, double share) {
  /** Checks that the last merge comes before the end. */
  public BlockSchedule {
    if (blocks < 1 || !(share > 0) || !(share * merges(blocks) < 1)) {
      throw new IllegalArgumentException("A schedule needs at least one block, not (" + blocks
          + "), and a share above 0, and below 1 over its " + merges(Math.max(1, blocks))
          + " merges, not (" + share + ")");
    }
  }

  /** With a quarter of the training before each merge. */
  public BlockSchedule(int blocks) {
    this(blocks, 0.25);
  }

  private static int merges(int blocks) {
    int merges = 0;
    for (int groups = blocks; groups > 1; groups = (groups + 1) / 2) {
      merges++;
    }
    return merges;
  }

  /**
   * How many blocks each group has at a step.
   *
   * @param step from 0
   * @param steps of the whole training
   */
  public ImmutableList<Integer> groups(long step, long steps) {
    long size = 1L << merged(step, steps);
    ImmutableList.Builder<Integer> groups = ImmutableList.builder();
    for (long from = 0; from < blocks; from += size) {
      groups.add((int) Math.min(size, blocks - from));
    }
    return groups.build();
  }

  /** Whether a step is the first after a merge: statistics of batches are to be measured anew. */
  public boolean merges(long step, long steps) {
    return step > 0 && merged(step, steps) > merged(step - 1, steps);
  }

  /** Whether all is one group, and labels and logits count. */
  public boolean whole(long step, long steps) {
    return merged(step, steps) == merges(blocks);
  }

  private int merged(long step, long steps) {
    if (step < 0 || step >= steps) {
      throw new IllegalArgumentException(
          "A step is from 0 to below (" + steps + "), not (" + step + ")");
    }
    // A border that falls between two steps belongs to the later one.
    return (int) Math.min(merges(blocks), Math.floor(step / (share * steps) + 1e-9));
  }
}
