package dev.retort.space;

/**
 * One operation of a network.
 *
 * @param block the named block that it belongs to, such as {@code layer.0}
 * @param name such as {@code query}
 * @param kind what it does
 * @param macs multiply-accumulates
 * @param outputs numbers that it writes
 */
public record Operation(String block, String name, Kind kind, Growth macs, Growth outputs) {
  /** What an operation does. */
  public enum Kind {
    /** A matrix product with weights. */
    LINEAR,
    /** A product of two activations, in attention. */
    ATTENTION,
    /** A table look-up. */
    LOOKUP,
    /** Softmax, normalisation, activation function, sum: no multiply-accumulates counted. */
    ELEMENTWISE
  }
}
