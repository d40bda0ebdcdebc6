package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One objective of a training: {@code kd} or {@code {kd: {weight: 0.5, teacher: large, temperature:
 * 2}}}.
 *
 * @param name the objective's name
 * @param label how logs and reports call it; default its name, with its place where it is not the
 *     first of that name
 * @param weight what its loss is multiplied by; default 1
 * @param teacher who it learns from; default {@code teacher}
 * @param options its options as written: Long, Double, Boolean, String, a list of these, or a map
 *     to these
 */
public record Term(
    String name,
    @Nullable String label,
    WeightRecipe weight,
    @Nullable String teacher,
    ImmutableMap<String, Object> options)
    implements RecipeTree.Written {
  private static final String ALLOWED = "the name of an objective, or {NAME: {OPTIONS}}";
  private static final ImmutableSet<String> OWN = ImmutableSet.of("label", "weight", "teacher");

  /** An objective of weight 1 with its defaults. */
  public static Term of(String name) {
    return of(name, ImmutableMap.of());
  }

  /** An objective of weight 1 with options. */
  public static Term of(String name, ImmutableMap<String, Object> options) {
    return new Term(name, null, WeightRecipe.ONE, null, options);
  }

  /** How logs and reports call it, as one of a list. */
  public String labelIn(List<Term> terms) {
    if (label != null) {
      return label;
    }
    int place = terms.indexOf(this);
    boolean again =
        terms.subList(0, place).stream().anyMatch(other -> other.name().equals(name));
    return again ? name + "-" + place : name;
  }

  @Override
  public Object written() {
    Map<String, Object> all = new LinkedHashMap<>();
    if (label != null) {
      all.put("label", label);
    }
    if (teacher != null) {
      all.put("teacher", teacher);
    }
    if (all.isEmpty() && options.isEmpty() && weight.equals(WeightRecipe.ONE)) {
      return name;
    }
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
    checkLabels(section, key, terms.build());
    if (items.isEmpty()) {
      section.mistake(key, "found an empty list; allowed: at least one objective; add one");
    }
    return terms.build();
  }

  private static void checkLabels(Section section, String key, List<Term> terms) {
    Set<String> labels = new HashSet<>();
    for (Term each : terms) {
      if (!labels.add(each.labelIn(terms))) {
        section.mistake(
            key,
            "found two objectives called " + each.labelIn(terms)
                + "; allowed: each label once; give one another label");
      }
    }
  }

  private static Term read(Section item, String name, YamlTree value) {
    if (value instanceof YamlTree.Scalar scalar && scalar.isNull()) {
      return of(name);
    }
    Section section = item.section(name);
    String label = section.text("label", Section.NAMES);
    if (label != null && !Section.NAME.matcher(label).matches()) {
      section.mistake("label", "found " + YamlTree.shown(label) + "; allowed: " + Section.NAMES);
    }
    WeightRecipe weight = WeightRecipe.read(section);
    String teacher = section.text("teacher", "the name of a teacher");
    ImmutableMap.Builder<String, Object> options = ImmutableMap.builder();
    for (String key : section.keys()) {
      YamlTree tree = section.tree(key);
      if (!OWN.contains(key) && tree != null) {
        options.put(key, option(section, section.key(key), tree));
      }
    }
    return new Term(name, label, weight, teacher, options.buildOrThrow());
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
