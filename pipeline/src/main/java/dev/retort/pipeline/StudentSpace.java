package dev.retort.pipeline;

import com.google.common.collect.ImmutableList;
import dev.retort.pipeline.recipe.SpaceRecipe;
import dev.retort.space.Architecture;
import dev.retort.space.Choices;
import dev.retort.space.Constraint;
import dev.retort.space.Dimension;
import dev.retort.space.Families;
import dev.retort.space.Family;
import dev.retort.space.Partition;
import dev.retort.space.SearchSpace;
import dev.retort.space.SubSpace;
import dev.retort.space.Value;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

final class StudentSpace {
  static Partition partition(SpaceRecipe recipe, Architecture teacher) {
    Family family = Objects.requireNonNull(Families.find(recipe.family()));
    Map<String, Value> fixed = new TreeMap<>();
    for (String name : new String[] {
      "head-size", "vocabulary", "positions", "types", "classes", "pooling", "norm-epsilon"
    }) {
      fixed.put(name, teacher.values().get(name));
    }
    ImmutableList<Constraint> cs = recipe.constraint().stream()
        .map(Constraint::named)
        .collect(ImmutableList.toImmutableList());
    ImmutableList.Builder<SubSpace> subs = ImmutableList.builder();
    recipe.subSpaces().forEach((name, choices) -> {
      Map<String, Dimension> elastic = new TreeMap<>();
      choices.forEach((dim, choice) -> elastic.put(
          dim,
          new Dimension(
              dim,
              Choices.parse(
                  choice.parts().size() == 1
                      ? choice.parts().get(0)
                      : choice.parts().toString()),
              choice.perLayer())));
      subs.add(new SubSpace(name, SearchSpace.of(family, elastic, fixed, cs)));
    });
    return new Partition(subs.build());
  }
}
