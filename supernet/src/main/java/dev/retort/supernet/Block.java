package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableSet;

/** One named block of a network: a function from the hidden state before it to the one after it. */
interface Block {
  /** Its name, such as {@code embed}, {@code layer.0} or {@code head}. */
  String name();

  /** The taps that it can serve. */
  ImmutableSet<Tap> taps();

  /**
   * The hidden state after the block.
   *
   * @param hidden the hidden state before it; token ids for the first block
   */
  NDArray forward(NDArray hidden, Pass pass);
}
