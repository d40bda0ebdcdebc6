package dev.retort.supernet;

import com.google.common.collect.ImmutableSet;

/**
 * What is asked of a forward pass. Blocks that nothing asked for are not run.
 *
 * @param logits whether the head's logits are wanted
 * @param taps what else is wanted
 * @param dropout what is done to activations
 * @param normalization which statistics batch normalisations use
 */
public record Request(
    boolean logits, ImmutableSet<Tap> taps, Dropout dropout, Normalization normalization) {
  /** Logits alone, without dropout. */
  public static final Request LOGITS = new Request(true, ImmutableSet.of(), Dropout.NONE);

  /** A request of a network as it stands: with the statistics that were measured. */
  public Request(boolean logits, ImmutableSet<Tap> taps, Dropout dropout) {
    this(logits, taps, dropout, Normalization.RUNNING);
  }

  /** Taps alone, without dropout. */
  public static Request taps(Tap... taps) {
    return new Request(false, ImmutableSet.copyOf(taps), Dropout.NONE);
  }
}
