package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One objective of a training and its weight: {@code kd} or {@code {kd: {weight: 1, temperature:
 * 2}}}.
 *
 * @param name the objective's name
 * @param weight what its loss is multiplied by; default 1
 * @param options its options as written: Long, Double, Boolean, String, a list of these, or a map to these
 */
public record Term(String name, double weight, ImmutableMap<String, Object> options)
    implements RecipeTree.Written {
  private static final String ALLOWED = "the name of an objective, or {NAME: {OPTIONS}}";

  /** An objective of weight 1 with its defaults. */
  public static Term of(String name) {
    return new Term(name, 1, ImmutableMap.of());
  }

  @Override
  public Object written() {
    if (options.isEmpty() && weight == 1) {
      return name;
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("weight", weight);
    all.putAll(options);
    return Map.of(name, all);
  }

  /** Reads a list of objectives. */
  static ImmutableList<Term> read(Section section, String key, ImmutableList<Term> standard) {
    if (!section.has(key)) {
      return standard;
    }
    ImmutableList.Builder<Term> terms = ImmutableList.builder();
    Map<String, YamlTree> items = section.items(key);
    items.forEach((at, item) -> {
      if (item instanceof YamlTree.Scalar scalar && !scalar.isNull()) {
        terms.add(of(scalar.text()));
      } else if (item instanceof YamlTree.Mapping mapping && mapping.entries().size() == 1) {
        mapping
            .entries()
            .forEach(
                (name, entry) -> terms.add(read(section.below(mapping, at), name, entry.value())));
      } else {
        section.reading().wrong(item, at, ALLOWED);
      }
    });
    if (items.isEmpty()) {
      section.mistake(key, "found an empty list; allowed: at least one objective; add one");
    }
    return terms.build();
  }

  private static Term read(Section item, String name, YamlTree value) {
    if (value instanceof YamlTree.Scalar scalar && scalar.isNull()) {
      return of(name);
    }
    Section section = item.section(name);
    double weight = section.decimal("weight", 1, Interval.NOT_NEGATIVE);
    ImmutableMap.Builder<String, Object> options = ImmutableMap.builder();
    for (String key : section.keys()) {
      YamlTree tree = section.tree(key);
      if (!key.equals("weight") && tree != null) {
        options.put(key, option(section, section.key(key), tree));
      }
    }
    return new Term(name, weight, options.buildOrThrow());
  }

  private static Object option(Section section, String at, YamlTree tree) {
    if (tree instanceof YamlTree.Sequence sequence) {
      return sequence.items().stream()
          .map(item -> item instanceof YamlTree.Scalar
              ? option(section, at, item)
              : refuse(section, at, item))
          .collect(ImmutableList.toImmutableList());
    }
    if (tree instanceof YamlTree.Mapping mapping) {
      ImmutableMap.Builder<String, Object> sides = ImmutableMap.builder();
      mapping
          .entries()
          .forEach((key, entry) -> sides.put(
              key,
              entry.value() instanceof YamlTree.Mapping inner
                  ? refuse(section, at + "." + key, inner)
                  : option(section, at + "." + key, entry.value())));
      return sides.buildOrThrow();
    }
    if (!(tree instanceof YamlTree.Scalar scalar) || scalar.isNull()) {
      return refuse(section, at, tree);
    }
    if (!scalar.plain()) {
      return scalar.text();
    }
    if (scalar.text().equals("true") || scalar.text().equals("false")) {
      return Boolean.valueOf(scalar.text());
    }
    if (scalar.text().matches("[-+]?[0-9]{1,18}")) {
      return Long.valueOf(scalar.text());
    }
    Double number = Numbers.decimal(scalar.text());
    if (number != null) {
      return number;
    }
    return Numbers.isUnfit(scalar.text()) ? refuse(section, at, tree) : scalar.text();
  }

  private static Object refuse(Section section, String at, YamlTree tree) {
    section
        .reading()
        .wrong(
            tree, at, "a finite number, true, false, a word, a list of these, or a map of these");
    return "";
  }
}
