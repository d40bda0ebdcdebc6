package dev.retort.space.image;

/**
 * How scaled widths become whole: multiples of a divisor (MobileNetV2's {@code _make_divisible},
 * Sandler et al., CVPR 2018).
 */
final class ChannelRounding {
  private ChannelRounding() {}

  /**
   * The multiple of the divisor that is nearest to a width, one more where it would be under nine
   * tenths of it.
   *
   * @param width planes, rounded half to even first, as the published code does
   * @param divisor what the result is a multiple of, unless it is {@code least}
   * @param least the least result
   */
  static int of(double width, int divisor, int least) {
    long whole = (long) Math.rint(width);
    long rounded = (long) (whole + divisor / 2.0) / divisor * divisor;
    long near = Math.max(least, rounded);
    return Math.toIntExact(near < 0.9 * whole ? near + divisor : near);
  }
}
