package dev.retort.space;

/**
 * What an architecture costs under an {@link Accounting}.
 *
 * @param parameters trainable parameters
 * @param macs multiply-accumulates of a forward pass over the whole batch
 * @param flops floating-point operations of it, as the accounting counts them
 * @param weightBytes bytes of all tensors in float32, measured statistics included
 * @param peakActivationBytes the most bytes of float32 activations that a forward pass for
 *     inference holds at one time, an estimate ({@link Blueprint#peakActivations})
 */
public record Cost(
    long parameters, long macs, long flops, long weightBytes, long peakActivationBytes) {
  /** Bytes of a float32. */
  static final int FLOAT_BYTES = 4;

  /**
   * The sums over a blueprint.
   *
   * @throws ArithmeticException where a number leaves 64 bits
   */
  public static Cost of(Blueprint blueprint, InputShape input) {
    return exact(
        blueprint.parameters(),
        blueprint.entries(),
        blueprint.macs(input),
        blueprint.peakActivations(input));
  }

  /**
   * A cost whose FLOPs are two for each multiply-accumulate.
   *
   * @param entries entries of all tensors
   * @param peakActivations numbers, as {@link Blueprint#peakActivations} counts them
   * @throws ArithmeticException where a number leaves 64 bits
   */
  public static Cost exact(long parameters, long entries, long macs, long peakActivations) {
    return new Cost(
        parameters,
        macs,
        Math.multiplyExact(2L, macs),
        Math.multiplyExact(FLOAT_BYTES, entries),
        Math.multiplyExact(FLOAT_BYTES, peakActivations));
  }

  /** The number of a metric. */
  public long get(Metric metric) {
    return switch (metric) {
      case PARAMETERS -> parameters;
      case MACS -> macs;
      case FLOPS -> flops;
      case WEIGHT_BYTES -> weightBytes;
      case PEAK_ACTIVATION_BYTES -> peakActivationBytes;
    };
  }
}
