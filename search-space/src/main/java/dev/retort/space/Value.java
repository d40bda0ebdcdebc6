package dev.retort.space;

import com.google.common.collect.ImmutableList;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * The value of one dimension of an architecture. Its text form is canonical.
 *
 * <p>Equality is written by hand: what the compiler adds to a record is put together by method
 * handles, which are slow in a process that has just begun, and spaces compare many values.
 */
public sealed interface Value {

  /** A number, the same throughout. Written without trailing zeros: {@code 7}, {@code 3.5}. */
  record Number(double value) implements Value {
    /** Checks that the number is finite. */
    public Number {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("A dimension needs a finite number, not " + value);
      }
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Number that && Double.compare(value, that.value) == 0;
    }

    @Override
    public int hashCode() {
      return Double.hashCode(value);
    }

    @Override
    public String toString() {
      return text(value);
    }
  }

  /** A number for each layer or each stage, the first first. Written {@code 10/10/8}. */
  record Each(ImmutableList<Double> values) implements Value {
    /** Checks that there is a layer and that the numbers are finite. */
    public Each {
      boolean finite = !values.isEmpty();
      for (double value : values) {
        finite &= Double.isFinite(value);
      }
      if (!finite) {
        throw new IllegalArgumentException(
            "Values by layer or stage need finite numbers, not " + values);
      }
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Each that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
      return values.hashCode();
    }

    @Override
    public String toString() {
      StringBuilder builder = new StringBuilder();
      for (double value : values) {
        builder.append(builder.length() == 0 ? "" : "/").append(text(value));
      }
      return builder.toString();
    }
  }

  /** One of a few words, such as the kind of pooling. */
  record Word(String word) implements Value {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Word that && word.equals(that.word);
    }

    @Override
    public int hashCode() {
      return word.hashCode();
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** A number. */
  static Value of(double value) {
    return new Number(value);
  }

  /** A word. */
  static Value of(String word) {
    return new Word(word);
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
