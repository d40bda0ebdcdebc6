package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableSet;

/** One named block of a network: a function from the hidden state before it to the one after it. */
public interface Block {
  /** Its name, such as {@code embed}, {@code layer.0} or {@code head}. */
  String name();

  /** The taps inside it that it can serve, beside its input and output, which are always served. */
  ImmutableSet<Tap> taps();

  /**
   * The earlier blocks whose outputs it reads beside the hidden state, through {@link Pass#output}:
   * those of a decoder over several stages.
   */
  default ImmutableSet<String> reads() {
    return ImmutableSet.of();
  }

  /** Whether what it gives are the network's logits. */
  default boolean head() {
    return false;
  }

  /**
   * The hidden state after the block.
   *
   * @param hidden the hidden state before it; {@link Pass#input} for the first block
   */
  NDArray forward(NDArray hidden, Pass pass);
}
