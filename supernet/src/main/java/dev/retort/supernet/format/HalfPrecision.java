package dev.retort.supernet.format;

/** IEEE 754 binary16 and bfloat16 to float32; exact, every value of both is a float32. */
final class HalfPrecision {
  private static final float SMALLEST_SUBNORMAL = 0x1p-24f;

  private HalfPrecision() {}

  /** The value of a binary16: 1 sign, 5 exponent, 10 fraction bits. */
  static float widen(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = (bits >>> 10) & 0x1F;
    int fraction = bits & 0x3FF;
    if (exponent == 0) {
      float magnitude = fraction * SMALLEST_SUBNORMAL;
      return Float.intBitsToFloat(sign | Float.floatToRawIntBits(magnitude));
    }
    // Infinity and NaN keep the all-ones exponent; others are rebiased from 15 to 127.
    int widened = exponent == 0x1F ? 0xFF : exponent + (127 - 15);
    return Float.intBitsToFloat(sign | (widened << 23) | (fraction << 13));
  }

  /** The value of a bfloat16: the upper half of a float32. */
  static float widenBrain(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
