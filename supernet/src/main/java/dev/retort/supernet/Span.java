package dev.retort.supernet;

import org.jspecify.annotations.Nullable;

/**
 * A run of a network's blocks.
 *
 * @param from the first block, by name; null: the network's first
 * @param to the last block; null: the network's last
 */
public record Span(@Nullable String from, @Nullable String to) {
  /** The whole network. */
  public static final Span ALL = new Span(null, null);

  /** From a block to the end. */
  public static Span from(String block) {
    return new Span(block, null);
  }

  /** From the beginning to a block, which belongs to it. */
  public static Span to(String block) {
    return new Span(null, block);
  }
}
