package dev.retort.distill.train;

import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.space.Architecture;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Tap;

/**
 * Whom students learn from. It is asked once a batch, whatever the number of sub-networks and terms
 * that learn from it.
 */
public interface Teacher {
  /** What it is. */
  Architecture architecture();

  /**
   * What it gives for a batch, without dropout and without a graph. The outputs belong to the
   * batch's manager; all that was computed on the way is freed.
   *
   * @param logits whether its logits are wanted
   * @param taps what else is wanted
   */
  Outputs outputs(Batch batch, boolean logits, ImmutableSet<Tap> taps);
}
