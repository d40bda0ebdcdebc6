package dev.retort.space;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An upper bound, absolute or relative to the teacher.
 *
 * @param amount the largest allowed number; of a relative bound a fraction of the teacher's
 * @param relative whether it is a fraction of the teacher's number
 */
public record Bound(BigDecimal amount, boolean relative) {
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  /** Checks that the bound is above 0, and that it allows something where it is absolute. */
  public Bound {
    if (amount.signum() <= 0) {
      throw new IllegalArgumentException("A bound must be above 0, not (" + amount + ")");
    }
    if (!relative && amount.compareTo(BigDecimal.ONE) < 0) {
      throw new IllegalArgumentException("An absolute bound is at least 1, not (" + amount
          + "); a fraction of the teacher is written as a percentage");
    }
    if (!relative && amount.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          "An absolute bound is at most " + MOST + ", not (" + amount + ")");
    }
    amount = amount.stripTrailingZeros();
  }

  /** An absolute bound. */
  public static Bound of(long amount) {
    return new Bound(BigDecimal.valueOf(amount), false);
  }

  /**
   * Reads {@code 0.5G}, {@code 3M}, {@code 1e9}, {@code 440MiB} or, relative to the teacher, {@code
   * 50%}.
   *
   * @throws IllegalArgumentException when it is no bound; the message says what is allowed
   */
  public static Bound parse(String text) {
    String form = text.strip();
    try {
      return form.endsWith("%")
          ? new Bound(percent(form.substring(0, form.length() - 1)), true)
          : new Bound(Quantity.parse(form), false);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Expected a bound such as 0.5G, 3M, 1e9, 440MiB or 50%," + " above 0, found (" + text
              + ")",
          e);
    }
  }

  private static BigDecimal percent(String digits) {
    if (!digits.strip().matches("[0-9]{1,9}(\\.[0-9]{1,9})?")) {
      throw new IllegalArgumentException("No percentage (" + digits + ")");
    }
    return new BigDecimal(digits.strip()).movePointLeft(2);
  }

  /**
   * The largest whole number that is allowed, at most {@code Long.MAX_VALUE}.
   *
   * @param teacher the teacher's number
   */
  public long limit(long teacher) {
    BigDecimal limit = relative ? amount.multiply(BigDecimal.valueOf(teacher)) : amount;
    return limit
        .min(BigDecimal.valueOf(Long.MAX_VALUE))
        .setScale(0, RoundingMode.FLOOR)
        .longValueExact();
  }

  /** A form that {@link #parse} reads. */
  @Override
  public String toString() {
    return relative
        ? amount.movePointRight(2).stripTrailingZeros().toPlainString() + "%"
        : amount.toPlainString();
  }
}
