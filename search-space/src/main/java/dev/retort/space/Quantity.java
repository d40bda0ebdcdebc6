package dev.retort.space;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Large counts as people write them: {@code 19.6 M}, {@code 0.5G}, {@code 1e9}, {@code 440MiB}.
 *
 * <p>Written with three significant digits and a thousands letter (k, M, G, T, P, E); bytes with a
 * binary one (KiB, MiB, GiB, TiB, PiB, EiB). Read with or without the space, with either kind of
 * letters; {@code K} is read as k; a {@code B} for bytes may follow a letter.
 */
public final class Quantity {
  private static final Pattern FORM =
      Pattern.compile("([0-9]{1,30}(?:\\.[0-9]{0,30})?|\\.[0-9]{1,30})(?:[eE]\\+?([0-9]{1,2}))?"
          + "\\s?(?:([kKMGTPE])(i?)B?)?");
  private static final String LETTERS = "kMGTPE";
  private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_UP);

  private Quantity() {}

  /**
   * Reads a quantity.
   *
   * @throws IllegalArgumentException when it is none; the message says what is allowed
   */
  public static BigDecimal parse(String text) {
    Matcher matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "Expected a quantity such as 0.5G, 3M, 1e9 or 440MiB," + " found (" + text + ")");
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    if (matcher.group(2) != null) {
      number = number.scaleByPowerOfTen(Integer.parseInt(matcher.group(2)));
    }
    String letter = matcher.group(3);
    if (letter != null) {
      int power = LETTERS.indexOf(letter.equals("K") ? "k" : letter) + 1;
      int step = matcher.group(4).equals("i") ? 1024 : 1000;
      number = number.multiply(BigDecimal.valueOf(step).pow(power));
    }
    return number;
  }

  /**
   * Reads a whole quantity.
   *
   * @throws IllegalArgumentException when it is none, not whole, or leaves 64 bits
   */
  public static long parseWhole(String text) {
    try {
      return parse(text).longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "Expected a whole quantity of at most " + Long.MAX_VALUE + ", found (" + text + ")", e);
    }
  }

  /** A count with three significant digits: {@code 19.6 M}; below a thousand in full. */
  public static String text(long amount) {
    return text(amount, false);
  }

  /** A number of bytes with three significant digits and a binary unit: {@code 418 MiB}. */
  public static String bytes(long amount) {
    return text(amount, true);
  }

  private static String text(long amount, boolean bytes) {
    BigDecimal step = BigDecimal.valueOf(bytes ? 1024 : 1000);
    BigDecimal number = BigDecimal.valueOf(amount);
    int power = 0;
    while (power < LETTERS.length() && rounded(number).abs().compareTo(step) >= 0) {
      number = number.divide(step, MathContext.DECIMAL64);
      power++;
    }
    String digits = rounded(number).stripTrailingZeros().toPlainString();
    if (power == 0) {
      return bytes ? digits + " B" : digits;
    }
    String letter = LETTERS.substring(power - 1, power);
    return digits + " " + (bytes ? (letter.equals("k") ? "K" : letter) + "iB" : letter);
  }

  /** Three significant digits, but never fewer than stand before the point. */
  private static BigDecimal rounded(BigDecimal number) {
    BigDecimal three = number.round(THREE_DIGITS);
    return three.scale() < 0 || three.abs().compareTo(BigDecimal.valueOf(1000)) >= 0
        ? number.setScale(0, RoundingMode.HALF_UP)
        : three;
  }
}
