package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/**
 * What a forward pass gave: only what was asked for.
 *
 * @param logits [B,C], or null when the head was not asked for
 * @param taps the tapped values by tap
 */
public record Outputs(@Nullable NDArray logits, ImmutableMap<Tap, NDArray> taps) {
  /** The logits; they must have been asked for. */
  public NDArray requireLogits() {
    if (logits == null) {
      throw new IllegalStateException("The forward pass was not asked for logits");
    }
    return logits;
  }

  /** The value of a tap; it must have been asked for. */
  public NDArray tap(Tap tap) {
    NDArray value = taps.get(tap);
    if (value == null) {
      throw new IllegalStateException("The forward pass was not asked for tap " + tap.name());
    }
    return value;
  }
}
