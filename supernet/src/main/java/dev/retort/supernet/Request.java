package dev.retort.supernet;

import com.google.common.collect.ImmutableSet;

/**
 * What is asked of a forward pass. Layers that nothing asked for are not run.
 *
 * @param logits whether the head's logits are wanted
 * @param taps what else is wanted
 * @param dropout what is done to activations
 */
public record Request(boolean logits, ImmutableSet<Tap> taps, Dropout dropout) {
  /** Logits alone, without dropout. */
  public static final Request LOGITS = new Request(true, ImmutableSet.of(), Dropout.NONE);
}
