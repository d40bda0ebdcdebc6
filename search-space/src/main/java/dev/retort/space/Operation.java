package dev.retort.space;

import com.google.common.collect.ImmutableList;

/**
 * One operation of a network.
 *
 * @param block the named block that it belongs to, such as {@code layer.0}
 * @param name such as {@code query}
 * @param kind what it does
 * @param macs multiply-accumulates
 * @param outputs numbers that it writes
 * @param reads ids of the earlier operations whose outputs it reads; none: it reads the input
 */
public record Operation(
    String block,
    String name,
    Kind kind,
    Growth macs,
    Growth outputs,
    ImmutableList<String> reads) {

  /** What an operation does. */
  public enum Kind {
    /** A matrix product with weights. */
    LINEAR,
    /** A convolution with weights. */
    CONVOLUTION,
    /** A product of two activations, in attention. */
    ATTENTION,
    /** A product of activations with tables of relative positions, in attention. */
    RELATIVE_ATTENTION,
    /** A table look-up. */
    LOOKUP,
    /** Batch normalisation: no multiply-accumulates counted, as for all below. */
    BATCH_NORM,
    /** Layer normalisation. */
    LAYER_NORM,
    /** Softmax, activation, sum, pooling. */
    ELEMENTWISE
  }

  /** Its name within the network, such as {@code layer.0/query}. */
  public String id() {
    return block + "/" + name;
  }
}
