package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.BertFamily;
import dev.retort.space.Bound;
import dev.retort.space.Budget;
import dev.retort.space.Constraint;
import dev.retort.space.Family;
import dev.retort.space.InputShape;
import dev.retort.space.Metric;
import dev.retort.space.Partition;
import dev.retort.space.SubSpace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether students, teacher, budgets and exports fit together. */
final class FitCheck {
  private final Findings findings;
  private final Recipe recipe;

  FitCheck(Findings findings) {
    this.findings = findings;
    this.recipe = findings.recipe();
  }

  /** The budgets by name, relative bounds taken of the teacher; without those that are wrong. */
  ImmutableMap<String, Budget> budgets(@Nullable Architecture teacher) {
    ImmutableMap.Builder<String, Budget> budgets = ImmutableMap.builder();
    Accounting accounting = Accounting.named(RecipeTree.word(recipe.search().accounting()));
    recipe.search().budgets().forEach((name, bounds) -> {
      String key = findings.has("search.budgets") ? "search.budgets." + name : "search.budget";
      Map<Metric, Bound> parsed = new LinkedHashMap<>();
      bounds.forEach((cost, text) -> {
        Bound bound = findings.attempt(key + "." + cost, "", () -> Bound.parse(text));
        if (bound != null) {
          parsed.put(Metric.named(cost), bound);
        }
      });
      Budget budget = parsed.size() < bounds.size() || teacher == null
          ? null
          : findings.attempt(key, "", () -> Budget.of(parsed)
              .resolve(accounting.cost(teacher, new InputShape(1, recipe.sequence()))));
      if (budget != null) {
        budgets.put(name, budget);
      }
    });
    return budgets.buildOrThrow();
  }

  /** Checks the members of each sub-space. */
  void members(Partition partition, @Nullable Architecture teacher) {
    checkNames(partition);
    for (SubSpace sub : partition.subSpaces()) {
      boolean cut = recipe.train().of(sub.name()).initial() == TrainRecipe.Initial.TEACHER;
      ImmutableList<Architecture> members = Members.of(sub.space());
      if (teacher != null && cut) {
        checkInside(sub, members, teacher);
      }
      checkPositions(sub, members);
      checkExport(sub, members);
    }
  }

  /** The key of a sub-space in the recipe. */
  String key(SubSpace sub) {
    return recipe.space().subSpaces().containsKey(sub.name())
        ? "space.sub-spaces." + sub.name()
        : recipe.space().preset() != null ? "space.preset" : "space.dimensions";
  }

  private void checkNames(Partition partition) {
    List<String> names = partition.subSpaces().stream().map(SubSpace::name).toList();
    for (String name : recipe.train().perSubSpace().keySet()) {
      if (!names.contains(name)) {
        findings.mistake(
            "train.per-sub-space." + name,
            "found no such sub-space; allowed: " + String.join(", ", names)
                + NearestName.advice(name, names));
      }
    }
  }

  private void checkInside(
      SubSpace sub, ImmutableList<Architecture> members, Architecture teacher) {
    for (Architecture member : members) {
      String larger = larger(member, teacher);
      if (larger != null) {
        findings.mistake(
            key(sub),
            "found " + member + " of the sub-space " + sub.name() + ", whose "
                + larger
                + "; allowed with train.initial: teacher: students that can be cut from it;"
                + " narrow the sub-space or write train: {initial: random}");
        return;
      }
    }
  }

  /** What of an architecture does not fit into the teacher, or null. */
  private static @Nullable String larger(Architecture member, Architecture teacher) {
    List<String> wrong = new ArrayList<>();
    greatest(wrong, "layers", member.layers(), teacher.layers());
    greatest(wrong, "hidden", member.integer("hidden"), teacher.integer("hidden"));
    greatest(wrong, "head-size", member.integer("head-size"), teacher.integer("head-size"));
    for (int layer = 0; layer < Math.min(member.layers(), teacher.layers()); layer++) {
      int source = Family.sourceLayer(layer, member.layers(), teacher.layers());
      greatest(wrong, "heads", member.integer("heads", layer), teacher.integer("heads", source));
      greatest(
          wrong,
          "intermediate width",
          BertFamily.intermediate(member, layer),
          BertFamily.intermediate(teacher, source));
    }
    for (String same : ImmutableList.of("vocabulary", "positions", "types", "classes")) {
      if (member.integer(same) != teacher.integer(same)) {
        wrong.add(
            same + " " + member.integer(same) + " is not the teacher's " + teacher.integer(same));
      }
    }
    if (!member.word("pooling").equals(teacher.word("pooling"))) {
      wrong.add(
          "pooling " + member.word("pooling") + " is not the teacher's " + teacher.word("pooling"));
    }
    return wrong.isEmpty() ? null : wrong.get(0);
  }

  private static void greatest(List<String> wrong, String name, int found, int allowed) {
    if (found > allowed) {
      wrong.add(name + " " + found + " exceeds the teacher's " + allowed);
    }
  }

  private void checkPositions(SubSpace sub, ImmutableList<Architecture> members) {
    int positions = members.get(0).integer("positions");
    if (recipe.sequence() > positions) {
      findings.mistake(
          key(sub),
          "found " + positions + " positions in the sub-space " + sub.name()
              + "; allowed: at least " + recipe.sequence() + ", the recipe's sequence");
    }
  }

  private void checkExport(SubSpace sub, ImmutableList<Architecture> members) {
    if (!recipe.export().contains("hugging-face")) {
      return;
    }
    Constraint plain = Constraint.named("hf-bert");
    members.stream()
        .filter(member -> !plain.admits(member))
        .findFirst()
        .ifPresent(member -> findings.mistake(
            "export",
            "found hugging-face, but " + member + " of the sub-space "
                + sub.name() + " is no plain BERT, as heads times head-size is not hidden; allowed:"
                + " students that are; add space: {constraint: hf-bert}"));
    String pooling = members.get(0).word("pooling");
    if (pooling.equals("mean")) {
      findings.mistake(
          "export",
          "found hugging-face with pooling mean; allowed: first or pooler,"
              + " which BertForSequenceClassification has; change the teacher's pooling");
    }
  }
}
