package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/**
 * What a forward pass gave: only what was asked for.
 *
 * @param logits [B,C], or null when the head was not asked for
 * @param taps the tapped values by tap
 * @param hidden what the last block that was run gave; null where it was not kept
 * @param statistics what batch normalisations measured, under the names of the tensors that keep
 *     it, without gradient; empty unless {@link Normalization#BATCH} was asked for
 */
public record Outputs(
    @Nullable NDArray logits,
    ImmutableMap<Tap, NDArray> taps,
    @Nullable NDArray hidden,
    ImmutableMap<String, NDArray> statistics) {
  /** Outputs without what the last block gave and without statistics. */
  public Outputs(@Nullable NDArray logits, ImmutableMap<Tap, NDArray> taps) {
    this(logits, taps, null, ImmutableMap.of());
  }

  /** What the last block that was run gave; it must have been kept. */
  public NDArray requireHidden() {
    if (hidden == null) {
      throw new IllegalStateException("What the last block gave was not kept");
    }
    return hidden;
  }

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
