package dev.retort.space;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.stream.Collectors;

/**
 * The values that a dimension may take, in the order in which they are enumerated.
 *
 * @param values at least one, no two equal
 */
public record Choices(ImmutableList<Value> values) {
  private static final int MOST = 100_000;

  /** Checks that there is a value and that no two are equal. */
  public Choices {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("A dimension needs at least one choice");
    }
    if (ImmutableSet.copyOf(values).size() < values.size()) {
      throw new IllegalArgumentException("The same choice stands twice in " + values);
    }
  }

  /** These values. */
  public static Choices of(Value... values) {
    return new Choices(ImmutableList.copyOf(values));
  }

  /**
   * Reads a range {@code 4..7}, a range with a step {@code 128..224/32} or {@code 2.0..3.5/0.5}
   * (both ends belong to it), a list {@code [16, 32, 48]}, a number {@code 7} or a word.
   *
   * @throws IllegalArgumentException when it is none of them; the message says why
   */
  public static Choices parse(String text) {
    String form = text.strip();
    if (form.startsWith("[") && form.endsWith("]")) {
      return new Choices(Splitter.on(',')
          .trimResults()
          .splitToStream(form.substring(1, form.length() - 1))
          .map(each -> single(each, text))
          .collect(ImmutableList.toImmutableList()));
    }
    int dots = form.indexOf("..");
    return dots < 0
        ? of(single(form, text))
        : range(form.substring(0, dots), form.substring(dots + 2), text);
  }

  private static Value single(String part, String text) {
    if (!part.isEmpty() && Character.isLetter(part.charAt(0))) {
      if (part.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_')) {
        return Value.of(part);
      }
      throw expected(text);
    }
    return Value.of(decimal(part, text).doubleValue());
  }

  private static Choices range(String from, String rest, String text) {
    int slash = rest.indexOf('/');
    BigDecimal first = decimal(from, text);
    BigDecimal last = decimal(slash < 0 ? rest : rest.substring(0, slash), text);
    BigDecimal step = slash < 0 ? BigDecimal.ONE : decimal(rest.substring(slash + 1), text);
    if (step.signum() <= 0 || last.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "A range needs a positive step and its larger end last, found (" + text + ")");
    }
    // Counted in decimals: adding doubles would drift past the last value or short of it.
    BigDecimal[] steps = last.subtract(first).divideAndRemainder(step);
    if (steps[1].signum() != 0) {
      throw new IllegalArgumentException("The steps of (" + text + ") do not end at "
          + last.toPlainString() + " but at "
          + first.add(steps[0].multiply(step)).stripTrailingZeros().toPlainString());
    }
    BigInteger count = steps[0].setScale(0, RoundingMode.UNNECESSARY).toBigIntegerExact();
    if (count.compareTo(BigInteger.valueOf(MOST)) >= 0) {
      throw new IllegalArgumentException(
          "A range has at most " + MOST + " values, found (" + text + ")");
    }
    ImmutableList.Builder<Value> values = ImmutableList.builder();
    for (int i = 0; i <= count.intValueExact(); i++) {
      values.add(Value.of(first.add(step.multiply(BigDecimal.valueOf(i))).doubleValue()));
    }
    return new Choices(values.build());
  }

  private static BigDecimal decimal(String part, String text) {
    String digits = part.strip();
    if (!digits.matches("[+-]?[0-9]{1,18}(\\.[0-9]{1,18})?")) {
      throw expected(text);
    }
    return new BigDecimal(digits);
  }

  private static IllegalArgumentException expected(String text) {
    return new IllegalArgumentException("Expected a range (4..7, 128..224/32), a list ([16, 32]),"
        + " a number or a word, found (" + text + ")");
  }

  /** Number of values. */
  public int size() {
    return values.size();
  }

  /** A form that {@link #parse} reads. */
  @Override
  public String toString() {
    return values.size() == 1
        ? values.get(0).toString()
        : values.stream().map(Value::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
