package dev.retort.supernet;

import com.google.common.collect.ImmutableSet;

/**
 * A place in a network whose value is asked for, by name.
 *
 * <p>For encoders: {@code hidden0} is the output of the embeddings, {@code hiddenN} of layer N-1,
 * {@code last_hidden_state} of the last layer, all [B,S,H]; {@code layerN.q}, {@code layerN.k},
 * {@code layerN.v} the projections with bias before the head split [B,S,heads*head-size]; {@code
 * layerN.intermediate} the activation of the first feed-forward matrix [B,S,I]; {@code
 * layerN.attention} the attention probabilities [B,heads,S,S]. Layers count from 0.
 *
 * <p>For convolutional networks: {@code stageN} is what the last block of stage N gives [B,D,H,W],
 * from 1; {@code pooled} what the classifier is given [B,D].
 *
 * <p>Every block of every network has two more: {@code NAME.in} and {@code NAME.out}, the hidden
 * state before and after it.
 *
 * @param name the name
 */
public record Tap(String name) {
  /** The hidden state before a block. */
  public static Tap before(String block) {
    return new Tap(block + ".in");
  }

  /** The hidden state after a block. */
  public static Tap after(String block) {
    return new Tap(block + ".out");
  }

  /** The query projection of a layer. */
  public static Tap query(int layer) {
    return new Tap("layer" + layer + ".q");
  }

  /** The key projection of a layer. */
  public static Tap key(int layer) {
    return new Tap("layer" + layer + ".k");
  }

  /** The value projection of a layer. */
  public static Tap value(int layer) {
    return new Tap("layer" + layer + ".v");
  }

  /** The attention probabilities of a layer. */
  public static Tap attention(int layer) {
    return new Tap("layer" + layer + ".attention");
  }

  /** The activation of the first feed-forward matrix of a layer. */
  public static Tap intermediate(int layer) {
    return new Tap("layer" + layer + ".intermediate");
  }

  /** What the last block of a stage of a convolutional network gives; stages count from 1. */
  public static Tap stage(int stage) {
    return new Tap("stage" + stage);
  }

  /** The hidden state after so many layers; 0 is the output of the embeddings. */
  public static Tap hidden(int layers) {
    return new Tap("hidden" + layers);
  }

  /** What every layer of a Transformer offers inside it, and what it gives. */
  public static ImmutableSet<Tap> ofLayer(int layer) {
    return ImmutableSet.of(
        query(layer),
        key(layer),
        value(layer),
        attention(layer),
        intermediate(layer),
        hidden(layer + 1));
  }
}
