package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableSet;
import dev.retort.supernet.Pass;
import dev.retort.supernet.Tap;

/**
 * The taps of networks that fall into stages: {@code stageN} is what the last block of stage N
 * gives [B,D,H,W], from 1; {@code pooled} what the classifier is given [B,D].
 */
final class StageTaps {
  /** What the classifier is given. */
  static final Tap POOLED = new Tap("pooled");

  private StageTaps() {}

  /** The taps of a block of a stage, beside its input and output. */
  static ImmutableSet<Tap> of(int stage, boolean last) {
    return last ? ImmutableSet.of(Tap.stage(stage)) : ImmutableSet.of();
  }

  /** Offers what a block gave. */
  static NDArray offered(NDArray given, Pass pass, int stage, boolean last) {
    if (last) {
      pass.offer(Tap.stage(stage), given);
    }
    return given;
  }
}
