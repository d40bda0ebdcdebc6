package dev.retort.distill.objective;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An option of an objective, as recipes give it.
 *
 * @param <T> what it becomes
 */
public final class Option<T> {
  /** How a value of a recipe is read. */
  private interface Reader<T> {
    /** What the value becomes; null when it is not allowed. */
    @Nullable
    T read(Object given);
  }

  private static final String LAYER = "last, or a whole number of at least 0";
  private static final int MOST_LAYERS = 100_000;
  private static final ImmutableSet<String> SIDES = ImmutableSet.of("student", "teacher");

  private final String name;
  private final String allowed;
  private final String standard;
  private final T fallback;
  private final String meaning;
  private final Reader<T> reader;

  private Option(
      String name, String allowed, T fallback, String standard, String meaning, Reader<T> reader) {
    this.name = name;
    this.allowed = allowed;
    this.standard = standard;
    this.fallback = fallback;
    this.meaning = meaning;
    this.reader = reader;
  }

  /** A finite number above 0. */
  public static Option<Double> positive(String name, double fallback, String meaning) {
    return new Option<>(name, "a number above 0", fallback, text(fallback), meaning, given -> {
      Double number = number(given);
      return number != null && number > 0 ? number : null;
    });
  }

  /** A finite number from 0. */
  public static Option<Double> notNegative(String name, double fallback, String meaning) {
    return new Option<>(
        name, "a number of at least 0", fallback, text(fallback), meaning, given -> {
          Double number = number(given);
          return number != null && number >= 0 ? number : null;
        });
  }

  /** A number from 0 to below 1. */
  public static Option<Double> share(String name, double fallback, String meaning) {
    return new Option<>(
        name, "a number from 0 to below 1", fallback, text(fallback), meaning, given -> {
          Double number = number(given);
          return number != null && number >= 0 && number < 1 ? number : null;
        });
  }

  /** A number from 0 to 1, both allowed. */
  public static Option<Double> fraction(String name, double fallback, String meaning) {
    return new Option<>(name, "a number from 0 to 1", fallback, text(fallback), meaning, given -> {
      Double number = number(given);
      return number != null && number >= 0 && number <= 1 ? number : null;
    });
  }

  /** A whole number of at least {@code least}. */
  public static Option<Integer> whole(String name, int fallback, int least, String meaning) {
    return new Option<>(
        name,
        "a whole number of at least " + least,
        fallback,
        Integer.toString(fallback),
        meaning,
        given -> {
          Double number = number(given);
          return number != null
                  && number == Math.rint(number)
                  && number >= least
                  && number <= Integer.MAX_VALUE
              ? Integer.valueOf(number.intValue())
              : null;
        });
  }

  /** Yes or no. */
  public static Option<Boolean> flag(String name, boolean fallback, String meaning) {
    return new Option<>(
        name,
        "true or false",
        fallback,
        Boolean.toString(fallback),
        meaning,
        given -> given instanceof Boolean flag ? flag : null);
  }

  /** A constant of an enum, written in lower case with hyphens. */
  public static <E extends Enum<E>> Option<E> word(String name, E fallback, String meaning) {
    List<E> all = List.of(fallback.getDeclaringClass().getEnumConstants());
    return new Option<>(
        name, "one of " + words(all), fallback, text(fallback), meaning, given -> word(all, given));
  }

  /** A constant of an enum that need not be given; who reads it asks first whether it is. */
  static <E extends Enum<E>> Option<E> optionalWord(String name, Class<E> type, String meaning) {
    List<E> all = List.of(type.getEnumConstants());
    return new Option<>(
        name, "one of " + words(all), all.get(0), "none", meaning, given -> word(all, given));
  }

  /**
   * A layer; the last by default.
   *
   * @param standard what is told of an objective that attaches elsewhere by default
   */
  static Option<Layer> layer(String name, String standard, String meaning) {
    return new Option<>(name, LAYER, Layer.LAST, standard, meaning, Option::layer);
  }

  /** Layers of student and teacher; both last by default. */
  static Option<Attachment> layers(String name, String meaning) {
    return new Option<>(
        name,
        "{student: [LAYER, …], teacher: [LAYER, …]}, as many of both",
        Attachment.LAST,
        "none",
        meaning,
        given -> {
          List<ImmutableList<Layer>> sides = sides(given, Option::layer);
          return sides == null ? null : new Attachment.Layers(sides.get(0), sides.get(1));
        });
  }

  /** Taps of student and teacher. */
  static Option<Attachment> features(String name, String meaning) {
    return new Option<>(
        name,
        "a name, a list of names, or {student: NAMES, teacher: NAMES}, as many of both",
        Attachment.LAST,
        "none",
        meaning,
        given -> {
          Reader<String> text = each -> each instanceof String word ? word : null;
          ImmutableList<String> both = several(given, text);
          if (both != null) {
            return new Attachment.Named(both, both);
          }
          List<ImmutableList<String>> sides = sides(given, text);
          return sides == null ? null : new Attachment.Named(sides.get(0), sides.get(1));
        });
  }

  private static @Nullable Layer layer(Object given) {
    if (given.equals("last")) {
      return Layer.LAST;
    }
    Double number = number(given);
    return number != null && number == Math.rint(number) && number >= 0 && number < MOST_LAYERS
        ? new Layer(number.intValue())
        : null;
  }

  /** One value or a list of at least one. */
  private static <T> @Nullable ImmutableList<T> several(Object given, Reader<T> reader) {
    Collection<?> list = given instanceof Collection<?> some ? some : List.of(given);
    ImmutableList.Builder<T> all = ImmutableList.builder();
    for (Object each : list) {
      T value = each == null ? null : reader.read(each);
      if (value == null) {
        return null;
      }
      all.add(value);
    }
    return list.isEmpty() ? null : all.build();
  }

  /** What is given for the student, then what is given for the teacher; as many of both. */
  private static <T> @Nullable List<ImmutableList<T>> sides(Object given, Reader<T> reader) {
    if (!(given instanceof Map<?, ?> map) || !map.keySet().equals(SIDES)) {
      return null;
    }
    List<ImmutableList<T>> sides = new ArrayList<>();
    for (String side : SIDES) {
      Object value = map.get(side);
      ImmutableList<T> some = value == null ? null : several(value, reader);
      if (some == null || (!sides.isEmpty() && some.size() != sides.get(0).size())) {
        return null;
      }
      sides.add(some);
    }
    return sides;
  }

  /** Some constants of an enum, each once, all by default. */
  public static <E extends Enum<E>> Option<ImmutableList<E>> words(
      String name, Class<E> type, String meaning) {
    ImmutableList<E> all = ImmutableList.copyOf(type.getEnumConstants());
    return new Option<>(
        name, "a list of some of " + words(all), all, words(all).toString(), meaning, given -> {
          if (!(given instanceof Collection<?> list) || list.isEmpty()) {
            return null;
          }
          ImmutableList.Builder<E> found = ImmutableList.builder();
          for (Object each : list) {
            E word = word(all, each);
            if (word == null) {
              return null;
            }
            found.add(word);
          }
          ImmutableList<E> words = found.build();
          return words.stream().distinct().count() == words.size() ? words : null;
        });
  }

  /** Some numbers above 0; none by default. */
  public static Option<ImmutableList<Double>> numbers(
      String name, String standard, String meaning) {
    return new Option<>(
        name, "a list of numbers above 0", ImmutableList.of(), standard, meaning, given -> {
          if (!(given instanceof Collection<?> list)) {
            return null;
          }
          ImmutableList.Builder<Double> found = ImmutableList.builder();
          for (Object each : list) {
            Double number = number(each);
            if (number == null || number <= 0) {
              return null;
            }
            found.add(number);
          }
          return found.build();
        });
  }

  /** A whole number from {@code least}, or a word that stands for another number. */
  public static Option<Integer> integerOr(
      String name, String word, int stands, int least, String meaning) {
    return new Option<>(
        name, word + ", or a whole number of at least " + least, stands, word, meaning, given -> {
          if (word.equals(given)) {
            return stands;
          }
          Double number = number(given);
          return number != null
                  && number == Math.rint(number)
                  && number >= least
                  && number <= Integer.MAX_VALUE
              ? Integer.valueOf(number.intValue())
              : null;
        });
  }

  private static @Nullable Double number(Object given) {
    double number = given instanceof Number each ? each.doubleValue() : Double.NaN;
    return Double.isFinite(number) ? number : null;
  }

  private static <E extends Enum<E>> @Nullable E word(List<E> all, Object given) {
    return all.stream().filter(each -> text(each).equals(given)).findFirst().orElse(null);
  }

  private static <E extends Enum<E>> ImmutableList<String> words(List<E> all) {
    return all.stream().map(Option::text).collect(ImmutableList.toImmutableList());
  }

  private static String text(Enum<?> word) {
    return word.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String text(double number) {
    return BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
  }

  /** Its key in recipes. */
  public String name() {
    return name;
  }

  /** What it may be, in words. */
  public String allowed() {
    return allowed;
  }

  /** What it is where it is not given, as a recipe would say it. */
  public String standard() {
    return standard;
  }

  /** What it does, with its unit. */
  public String meaning() {
    return meaning;
  }

  /** What it becomes where it is not given. */
  T fallback() {
    return fallback;
  }

  /** Reads a given value; null when it is not allowed. */
  @Nullable
  T read(Object given) {
    return reader.read(given);
  }
}
