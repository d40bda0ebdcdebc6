package dev.retort.pipeline.recipe;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Choices;
import dev.retort.space.Constraint;
import dev.retort.space.Dimension;
import dev.retort.space.Families;
import dev.retort.space.Family;
import dev.retort.space.Partition;
import dev.retort.space.Presets;
import dev.retort.space.Property;
import dev.retort.space.Scope;
import dev.retort.space.SearchSpace;
import dev.retort.space.SubSpace;
import dev.retort.space.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds the partition that a recipe describes. */
final class SpaceCheck {
  private final Findings findings;
  private final SpaceRecipe space;
  private final Family family;
  private final @Nullable Architecture teacher;
  private boolean refused;

  /**
   * A check.
   *
   * @param teacher whose values hold where the recipe says nothing; null: not known
   */
  SpaceCheck(Findings findings, SpaceRecipe space, @Nullable Architecture teacher) {
    this.findings = findings;
    this.space = space;
    this.family = Objects.requireNonNull(Families.find(space.family()));
    this.teacher = teacher;
  }

  /** The partition, or null where the recipe describes none; every mistake is noted. */
  @Nullable
  Partition partition() {
    ImmutableMap<String, Value> fixed = fixed();
    ImmutableList<Constraint> constraints = constraints();
    ImmutableMap<String, ImmutableMap<String, Dimension>> subSpaces = dimensions();
    if (refused) {
      return null;
    }
    if (space.preset() != null) {
      return preset(space.preset(), fixed, constraints);
    }
    ImmutableList.Builder<SubSpace> built = ImmutableList.builder();
    subSpaces.forEach((key, elastic) -> {
      SearchSpace made = attempt(
          key, "", () -> SearchSpace.of(family, elastic, others(fixed, elastic), constraints));
      if (made != null) {
        built.add(new SubSpace(key.substring(key.lastIndexOf('.') + 1), made));
      }
    });
    if (refused) {
      return null;
    }
    SpaceRecipe.PartitionRecipe cut = space.partition();
    return cut == null
        ? new Partition(built.build())
        : attempt(
            "space.partition.into",
            "lower it",
            () -> Partition.byParameters(built.build().get(0).space(), cut.into()));
  }

  private @Nullable Partition preset(
      String name, ImmutableMap<String, Value> fixed, ImmutableList<Constraint> constraints) {
    Partition preset = attempt("space.preset", "", () -> {
      Partition plain = Presets.named(name);
      SearchSpace first = plain.subSpaces().get(0).space();
      if (first.family() != family) {
        throw new IllegalArgumentException("Preset (" + name + ") is of family ("
            + first.family().name() + "), the space of (" + family.name() + "): set space.family");
      }
      ImmutableMap<String, Dimension> elastic = byName(first);
      return Presets.named(name, others(fixed, elastic));
    });
    if (preset == null || constraints.isEmpty()) {
      return preset;
    }
    return attempt(
        "space.constraint",
        "",
        () -> new Partition(preset.subSpaces().stream()
            .map(sub -> {
              SearchSpace all = sub.space();
              return new SubSpace(
                  sub.name(), SearchSpace.of(family, byName(all), all.fixed(), constraints));
            })
            .collect(ImmutableList.toImmutableList())));
  }

  private static ImmutableMap<String, Dimension> byName(SearchSpace space) {
    return space.dimensions().stream()
        .collect(ImmutableMap.toImmutableMap(Dimension::name, each -> each));
  }

  private ImmutableMap<String, Value> fixed() {
    ImmutableMap.Builder<String, Value> fixed = ImmutableMap.builder();
    space.fixed().forEach((name, choice) -> {
      String key = "space.fixed." + name;
      Value.Each each = each(choice);
      if (each != null) {
        fixed.put(name, each);
        return;
      }
      Choices choices = attempt(key, "", () -> Choices.parse(choice.toString()));
      if (choices != null && (choices.size() != 1 || choice.scope() != Scope.NETWORK)) {
        refuse(
            key,
            "found " + choices.size() + " values; allowed: one; what varies belongs into"
                + " the sub-spaces");
      } else if (choices != null) {
        fixed.put(name, choices.values().get(0));
      }
    });
    return fixed.buildOrThrow();
  }

  /** A value for each stage or layer, {@code 16/32/64}; null where it is written otherwise. */
  private static Value.@Nullable Each each(Choice choice) {
    String text = choice.toString();
    if (choice.scope() != Scope.NETWORK || !text.contains("/") || text.contains("..")) {
      return null;
    }
    ImmutableList.Builder<Double> values = ImmutableList.builder();
    for (String part : Splitter.on('/').split(text)) {
      Double value = Numbers.decimal(part.strip());
      if (value == null) {
        return null;
      }
      values.add(value);
    }
    return new Value.Each(values.build());
  }

  private ImmutableList<Constraint> constraints() {
    ImmutableList.Builder<Constraint> constraints = ImmutableList.builder();
    for (int i = 0; i < space.constraint().size(); i++) {
      String name = space.constraint().get(i);
      Constraint constraint =
          attempt("space.constraint[" + i + "]", "", () -> Constraint.named(name));
      if (constraint != null) {
        constraints.add(constraint);
      }
    }
    return constraints.build();
  }

  /** The dimensions of each sub-space by its key in the recipe. */
  private ImmutableMap<String, ImmutableMap<String, Dimension>> dimensions() {
    Map<String, ImmutableMap<String, Choice>> given = new LinkedHashMap<>();
    space.subSpaces().forEach((name, choices) -> given.put("space.sub-spaces." + name, choices));
    if (!space.dimensions().isEmpty()) {
      given.put("space.dimensions", space.dimensions());
    }
    ImmutableMap.Builder<String, ImmutableMap<String, Dimension>> all = ImmutableMap.builder();
    given.forEach((key, choices) -> {
      ImmutableMap.Builder<String, Dimension> elastic = ImmutableMap.builder();
      choices.forEach((name, choice) -> {
        Dimension dimension = attempt(
            key + "." + name,
            "",
            () -> new Dimension(name, Choices.parse(choice.toString()), choice.scope()));
        if (dimension != null) {
          elastic.put(name, dimension);
        }
      });
      all.put(key, elastic.buildOrThrow());
    });
    return all.buildOrThrow();
  }

  /** What does not vary: fixed by the recipe, else the teacher's where the family has a default. */
  private ImmutableMap<String, Value> others(
      ImmutableMap<String, Value> fixed, ImmutableMap<String, Dimension> elastic) {
    ImmutableMap.Builder<String, Value> others = ImmutableMap.builder();
    others.putAll(fixed);
    for (Property property : family.properties()) {
      String name = property.name();
      Value value = teacher == null ? null : teacher.values().get(name);
      boolean open = !fixed.containsKey(name) && !elastic.containsKey(name);
      if (open && value != null && property.standard() != null) {
        others.put(name, value);
      }
    }
    return others.buildOrThrow();
  }

  private <T> @Nullable T attempt(String key, String advice, Supplier<T> supplier) {
    T made = findings.attempt(key, advice, supplier);
    refused |= made == null;
    return made;
  }

  private void refuse(String key, String message) {
    refused = true;
    findings.mistake(key, message);
  }
}
