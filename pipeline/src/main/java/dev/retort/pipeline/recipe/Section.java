package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.NearestName;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of a recipe while it is read: typed values by key, with their defaults.
 *
 * <p>A wrong value is noted and its default returned, so that one reading finds every mistake. The
 * keys that were asked for are the allowed ones: {@link #close} notes all others.
 */
final class Section {
  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]+");
  /** What names of the user's may be. */
  static final String NAMES = "up to 40 lower-case letters, digits and dashes";

  static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,39}");

  private final Reading reading;
  private final String path;
  private final YamlTree.Mapping mapping;
  /** Whether it stands for a value that was no mapping, so that what it lacks is not told again. */
  private final boolean refused;

  private final Set<String> asked = new LinkedHashSet<>();
  private final Set<String> foreign = new HashSet<>();

  Section(Reading reading, String path, YamlTree.Mapping mapping) {
    this(reading, path, mapping, false);
  }

  private Section(Reading reading, String path, YamlTree.Mapping mapping, boolean refused) {
    this.refused = refused;
    this.reading = reading;
    this.path = path;
    this.mapping = mapping;
    mapping
        .entries()
        .forEach((key, entry) -> reading.place(key(key), entry.value().position()));
  }

  private static YamlTree.Mapping empty(Position position) {
    return new YamlTree.Mapping(ImmutableMap.of(), position);
  }

  Reading reading() {
    return reading;
  }

  /** The path of a key of this section. */
  String key(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Whether the key is there. */
  boolean has(String key) {
    asked.add(key);
    return mapping.entries().containsKey(key);
  }

  /** The value of a key as it stands, or null. */
  @Nullable
  YamlTree tree(String key) {
    asked.add(key);
    YamlTree.Entry entry = mapping.entries().get(key);
    return entry == null ? null : entry.value();
  }

  /** The value of a key as it stands, or null, without asking for it. */
  @Nullable
  YamlTree peek(String key) {
    YamlTree.Entry entry = mapping.entries().get(key);
    return entry == null ? null : entry.value();
  }

  /** Notes a mistake at a key, or at the section where the key is not there. */
  void mistake(String key, String message) {
    YamlTree.Entry entry = mapping.entries().get(key);
    if (!refused) {
      reading.mistake(
          entry == null ? mapping.position() : entry.value().position(), key(key), message);
    }
  }

  /** Notes that a key is missing. */
  void missing(String key, String allowed) {
    reading.mistake(
        mapping.position(),
        key(key),
        "found nothing; allowed: " + allowed + "; add the key " + key
            + (path.isEmpty() ? "" : " to " + path));
  }

  /** Notes keys, where they are there, that belong to another kind of recipe. */
  void foreign(String why, String... keys) {
    for (String key : keys) {
      YamlTree.Entry entry = mapping.entries().get(key);
      if (entry != null) {
        foreign.add(key);
        reading.mistake(entry.keyPosition(), key(key), "found a key that " + why + "; take it out");
      }
    }
  }

  private void wrong(String key, YamlTree found, String allowed) {
    reading.wrong(found, key(key), allowed);
  }

  /** A whole number. */
  long whole(String key, long standard, long least, long most) {
    YamlTree tree = tree(key);
    if (tree == null) {
      return standard;
    }
    if (tree instanceof YamlTree.Scalar scalar
        && scalar.plain()
        && WHOLE.matcher(scalar.text()).matches()
        && scalar.text().length() < 20) {
      try {
        long value = Long.parseLong(scalar.text());
        if (value >= least && value <= most) {
          return value;
        }
      } catch (NumberFormatException e) {
        // Beyond 64 bits: reported below like any other number that is too large.
        return refuseWhole(key, tree, standard, least, most);
      }
    }
    return refuseWhole(key, tree, standard, least, most);
  }

  private long refuseWhole(String key, YamlTree tree, long standard, long least, long most) {
    wrong(key, tree, "a whole number from " + least + " to " + most);
    return standard;
  }

  /** A whole number that fits an int. */
  int integer(String key, int standard, int least, int most) {
    return (int) whole(key, standard, least, most);
  }

  /** A whole number, or the default, which may be none. */
  @Nullable
  Integer integerOrNone(String key, @Nullable Integer standard, int least, int most) {
    return has(key) ? Integer.valueOf(integer(key, least, least, most)) : standard;
  }

  /** A decimal number. */
  double decimal(String key, double standard, Interval interval) {
    YamlTree tree = tree(key);
    if (tree == null) {
      return standard;
    }
    Double value = tree instanceof YamlTree.Scalar scalar && scalar.plain()
        ? Numbers.decimal(scalar.text())
        : null;
    if (value == null || !interval.contains(value)) {
      wrong(key, tree, interval.words());
      return standard;
    }
    return value;
  }

  /** A decimal number, or the default, which may be none. */
  @Nullable
  Double decimalOrNone(String key, @Nullable Double standard, Interval interval) {
    return has(key) ? Double.valueOf(decimal(key, interval.most(), interval)) : standard;
  }

  /** A truth value. */
  boolean flag(String key, boolean standard) {
    YamlTree tree = tree(key);
    if (tree == null) {
      return standard;
    }
    if (tree instanceof YamlTree.Scalar scalar && scalar.plain()) {
      if (scalar.text().equals("true") || scalar.text().equals("false")) {
        return scalar.text().equals("true");
      }
    }
    wrong(key, tree, "true or false");
    return standard;
  }

  /** A constant of an enumeration, written in lower case with dashes. */
  <E extends Enum<E>> E word(String key, E standard) {
    E[] constants = standard.getDeclaringClass().getEnumConstants();
    List<String> names = Arrays.stream(constants).map(RecipeTree::word).toList();
    String word = word(key, RecipeTree.word(standard), names);
    return constants[names.indexOf(word)];
  }

  /** One of some words. */
  String word(String key, String standard, Collection<String> allowed) {
    YamlTree tree = tree(key);
    return tree == null ? standard : word(tree, key(key), standard, allowed);
  }

  private String word(YamlTree tree, String at, String standard, Collection<String> allowed) {
    if (tree instanceof YamlTree.Scalar scalar && allowed.contains(scalar.text())) {
      return scalar.text();
    }
    String advice =
        tree instanceof YamlTree.Scalar scalar ? NearestName.advice(scalar.text(), allowed) : "";
    reading.wrong(tree, at, String.join(", ", allowed) + advice);
    return standard;
  }

  /** Some of some words, each once; a single word stands for a list of one. */
  ImmutableList<String> words(
      String key, ImmutableList<String> standard, Collection<String> allowed) {
    Set<String> words = new LinkedHashSet<>();
    if (!has(key)) {
      return standard;
    }
    items(key).forEach((at, item) -> {
      String word = word(item, at, "", allowed);
      if (!word.isEmpty() && !words.add(word)) {
        reading.mistake(
            item.position(), at, "found " + word + " twice; allowed: each once;" + " take one out");
      }
    });
    return ImmutableList.copyOf(words);
  }

  /** The items of a list by path; a value that is no list stands for a list of one. */
  Map<String, YamlTree> items(String key) {
    YamlTree tree = tree(key);
    Map<String, YamlTree> items = new LinkedHashMap<>();
    if (tree instanceof YamlTree.Sequence sequence) {
      for (int i = 0; i < sequence.items().size(); i++) {
        String at = key(key) + "[" + i + "]";
        items.put(at, sequence.items().get(i));
        reading.place(at, sequence.items().get(i).position());
      }
    } else if (tree != null) {
      items.put(key(key), tree);
    }
    return items;
  }

  /** A text that is not empty, or null where the key is not there or wrong. */
  @Nullable
  String text(String key, String allowed) {
    YamlTree tree = tree(key);
    if (tree == null) {
      return null;
    }
    if (tree instanceof YamlTree.Scalar scalar
        && !scalar.isNull()
        && !scalar.text().isBlank()) {
      return scalar.text();
    }
    wrong(key, tree, allowed);
    return null;
  }

  /** A list of texts. */
  ImmutableList<String> texts(String key, ImmutableList<String> standard, String allowed) {
    if (!has(key)) {
      return standard;
    }
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    items(key).forEach((at, item) -> {
      if (item instanceof YamlTree.Scalar scalar
          && !scalar.isNull()
          && !scalar.text().isBlank()) {
        texts.add(scalar.text());
      } else {
        reading.wrong(item, at, allowed);
      }
    });
    return texts.build();
  }

  /** A text read by a function that throws IllegalArgumentException where it does not fit. */
  <T> @Nullable T parsed(String key, String allowed, Function<String, T> parse) {
    String text = text(key, allowed);
    if (text == null) {
      return null;
    }
    try {
      return parse.apply(text);
    } catch (IllegalArgumentException e) {
      mistake(
          key, "found " + YamlTree.shown(text) + ": " + e.getMessage() + "; allowed: " + allowed);
      return null;
    }
  }

  /** An existing file or folder, absolute; see {@link Reading#existing}. */
  @Nullable
  Path path(String key, String allowed) {
    String text = text(key, allowed);
    Path found = text == null ? null : reading.existing(text);
    if (text != null && found == null) {
      mistake(key, "found " + YamlTree.shown(text) + ", which is no path; allowed: " + allowed);
    }
    return found;
  }

  /** A section below this one, empty where the key is not there. */
  Section section(String key) {
    YamlTree tree = tree(key);
    return tree == null
        ? new Section(reading, key(key), empty(mapping.position()), refused)
        : below(tree, key(key));
  }

  /** A section below this one, from a value of this one. */
  Section below(YamlTree tree, String at) {
    if (tree instanceof YamlTree.Mapping inner) {
      return new Section(reading, at, inner);
    }
    reading.wrong(tree, at, "a mapping");
    return new Section(reading, at, empty(tree.position()), true);
  }

  /** Everything of a section whose keys are names of the user's: lower case, digits, dashes. */
  <T> ImmutableMap<String, T> named(String key, BiFunction<Section, String, @Nullable T> read) {
    Section inner = section(key);
    ImmutableMap.Builder<String, T> result = ImmutableMap.builder();
    for (String name : inner.mapping.entries().keySet()) {
      if (!NAME.matcher(name).matches()) {
        inner.mistake(
            name,
            "found the name " + YamlTree.shown(name) + "; allowed: " + NAMES
                + "; it becomes the name of a folder");
        continue;
      }
      T value = read.apply(inner, name);
      if (value != null) {
        result.put(name, value);
      }
    }
    return result.buildOrThrow();
  }

  /** Whether it is a mapping without a key. */
  boolean isEmpty() {
    return !refused && mapping.entries().isEmpty();
  }

  /** The keys that are there. */
  Set<String> keys() {
    return mapping.entries().keySet();
  }

  /** Notes every key that was not asked for. */
  void close() {
    mapping.entries().forEach((key, entry) -> {
      if (!asked.contains(key) && !foreign.contains(key)) {
        reading.mistake(
            entry.keyPosition(),
            key(YamlTree.shown(key)),
            "found an unknown key"
                + "; allowed: " + asked.stream().collect(Collectors.joining(", "))
                + NearestName.advice(key, asked));
      }
    });
  }
}
