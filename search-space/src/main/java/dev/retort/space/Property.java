package dev.retort.space;

import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;

/**
 * What a family says of one of its dimensions: kind, default and allowed values.
 *
 * @param name its name in architectures and recipes, such as {@code hidden}
 * @param kind whole number, decimal or word
 * @param scope what may choose its own value: the network, each stage or each layer
 * @param standard the value where an architecture does not give one; null: it must be given
 * @param least the least allowed number; not used for words
 * @param words the allowed words; empty for numbers
 */
public record Property(
    String name,
    Kind kind,
    Scope scope,
    @Nullable Value standard,
    double least,
    ImmutableList<String> words) {

  /** What values a dimension takes. */
  public enum Kind {
    INTEGER,
    DECIMAL,
    WORD
  }

  /** A whole number that must be given. */
  public static Property integer(String name, Scope scope) {
    return new Property(name, Kind.INTEGER, scope, null, 1, ImmutableList.of());
  }

  /** A whole number with a default. */
  public static Property integer(String name, long standard, long least) {
    return integer(name, Scope.NETWORK, standard, least);
  }

  /** A whole number with a default that stages or layers may differ in. */
  public static Property integer(String name, Scope scope, long standard, long least) {
    return new Property(name, Kind.INTEGER, scope, Value.of(standard), least, ImmutableList.of());
  }

  /** A positive decimal that must be given. */
  public static Property decimal(String name, Scope scope) {
    return new Property(name, Kind.DECIMAL, scope, null, Double.MIN_VALUE, ImmutableList.of());
  }

  /** A decimal with a default. */
  public static Property decimal(String name, Scope scope, double standard, double least) {
    return new Property(name, Kind.DECIMAL, scope, Value.of(standard), least, ImmutableList.of());
  }

  /** A word; the first is the default. */
  public static Property word(String name, String... words) {
    return new Property(
        name, Kind.WORD, Scope.NETWORK, Value.of(words[0]), 0, ImmutableList.copyOf(words));
  }

  /**
   * Checks that the dimension can have a value.
   *
   * @throws IllegalArgumentException when it cannot; the message says what is allowed
   */
  public void check(Value value) {
    boolean fits;
    if (value instanceof Value.Word word) {
      fits = words.contains(word.word());
    } else if (value instanceof Value.Number number) {
      fits = fits(number.value());
    } else {
      fits = scope != Scope.NETWORK;
      for (double each : ((Value.Each) value).values()) {
        fits &= fits(each);
      }
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "Dimension " + name + " cannot be (" + value + "); allowed: " + allowed());
    }
  }

  private boolean fits(double value) {
    return kind != Kind.WORD
        && value >= least
        && value <= Integer.MAX_VALUE
        && (kind == Kind.DECIMAL || value == Math.rint(value));
  }

  private String allowed() {
    if (kind == Kind.WORD) {
      return words.toString();
    }
    String number =
        kind == Kind.INTEGER ? "a whole number of at least " + Value.of(least) : "a number above 0";
    return scope == Scope.NETWORK
        ? number
        : number + ", or one for each " + scope.word() + " parted by /";
  }
}
