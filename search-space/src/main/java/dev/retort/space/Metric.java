package dev.retort.space;

import java.util.Arrays;
import java.util.stream.Collectors;

/** A number of a {@link Cost} that a budget can bound. */
public enum Metric {
  /** Trainable parameters. */
  PARAMETERS("parameters", false),
  /** Multiply-accumulates of a forward pass. */
  MACS("macs", false),
  /** Floating-point operations of a forward pass, as the accounting counts them. */
  FLOPS("flops", false),
  /** Bytes of the weights in float32. */
  WEIGHT_BYTES("weight-bytes", true),
  /** Bytes of activations alive at the peak of a forward pass. */
  PEAK_ACTIVATION_BYTES("peak-activation-bytes", true);

  private final String key;
  private final boolean bytes;

  Metric(String key, boolean bytes) {
    this.key = key;
    this.bytes = bytes;
  }

  /**
   * The metric of that name, such as {@code flops} or {@code weight-bytes}.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Metric named(String key) {
    for (Metric metric : values()) {
      if (metric.key.equals(key)) {
        return metric;
      }
    }
    throw new IllegalArgumentException("No metric (" + key + "); there are "
        + Arrays.stream(values()).map(Metric::key).collect(Collectors.joining(", ")));
  }

  /** Its name in recipes and messages. */
  public String key() {
    return key;
  }

  /** An amount of it for people to read: {@code 1.3 M}, {@code 418 MiB}. */
  public String text(long amount) {
    return bytes ? Quantity.bytes(amount) : Quantity.text(amount);
  }
}
