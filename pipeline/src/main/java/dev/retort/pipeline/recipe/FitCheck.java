package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.search.Search;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Bound;
import dev.retort.space.Budget;
import dev.retort.space.Metric;
import dev.retort.space.NearestName;
import dev.retort.space.Partition;
import dev.retort.space.SubSpace;
import dev.retort.space.UserException;
import dev.retort.supernet.format.HuggingFaceFit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether students, teacher, budgets and exports fit together. */
final class FitCheck {
  private final Findings findings;
  private final Recipe recipe;
  private final Students.Searched searched;

  FitCheck(Findings findings, Students.Searched searched) {
    this.findings = findings;
    this.recipe = findings.recipe();
    this.searched = searched;
  }

  /** The budgets by name, relative bounds taken of the teacher; without those that are wrong. */
  ImmutableMap<String, Budget> budgets(@Nullable Architecture teacher) {
    ImmutableMap.Builder<String, Budget> budgets = ImmutableMap.builder();
    Accounting accounting = recipe.accounting();
    searched.search().budgets().forEach((name, bounds) -> {
      String key = key(name);
      Map<Metric, Bound> parsed = new LinkedHashMap<>();
      bounds.forEach((cost, text) -> {
        Bound bound = findings.attempt(key + "." + cost, "", () -> Bound.parse(text));
        if (bound != null) {
          parsed.put(Metric.named(cost), bound);
        }
      });
      Budget budget = parsed.size() < bounds.size() || teacher == null
          ? null
          : findings.attempt(
              key, "", () -> Budget.of(parsed).resolve(accounting.cost(teacher, recipe.counted())));
      if (budget != null) {
        budgets.put(name, budget);
      }
    });
    return budgets.buildOrThrow();
  }

  /** Checks that each budget is met by some member. */
  void met(Partition partition, ImmutableMap<String, Budget> budgets) {
    Accounting accounting = recipe.accounting();
    budgets.forEach((name, budget) -> {
      try {
        Search.require(
            partition,
            recipe.counted(),
            accounting,
            budget,
            searched.search().options(1, recipe.seed()));
      } catch (UserException e) {
        String message = String.valueOf(e.getMessage());
        if (e.kind() == UserException.Kind.NO_STUDENT) {
          findings.unmet(key(name), message);
        } else {
          findings.mistake(key(name), message);
        }
      }
    });
  }

  private String key(String budget) {
    return findings.has("search.budgets") ? "search.budgets." + budget : "search.budget";
  }

  /** Checks the members of each sub-space. */
  void members(Partition partition, @Nullable Architecture teacher) {
    checkNames(partition);
    for (SubSpace sub : partition.subSpaces()) {
      boolean cut = searched.train().of(sub.name()).initial() == TrainRecipe.Initial.TEACHER;
      ImmutableList<Architecture> members = Members.of(sub.space());
      if (teacher != null && cut) {
        if (checkInside(sub, members, teacher)) {
          checkSuperNet(sub, teacher);
        }
      }
      checkPositions(sub, members);
      checkExport(sub, members);
    }
  }

  /** The key of a sub-space in the recipe. */
  String key(SubSpace sub) {
    return searched.space().subSpaces().containsKey(sub.name())
        ? "space.sub-spaces." + sub.name()
        : searched.space().preset() != null ? "space.preset" : "space.dimensions";
  }

  private void checkNames(Partition partition) {
    List<String> names = partition.subSpaces().stream().map(SubSpace::name).toList();
    for (String name : searched.train().perSubSpace().keySet()) {
      if (!names.contains(name)) {
        findings.mistake(
            "train.per-sub-space." + name,
            "found no such sub-space; allowed: " + String.join(", ", names)
                + NearestName.advice(name, names));
      }
    }
  }

  private boolean checkInside(
      SubSpace sub, ImmutableList<Architecture> members, Architecture teacher) {
    for (Architecture member : members) {
      String larger = member.family().misfit(member, teacher);
      if (larger != null) {
        findings.mistake(
            key(sub),
            "found " + member + " of the sub-space " + sub.name() + ", whose "
                + larger
                + "; allowed with train.initial: teacher: students that can be cut from it;"
                + " narrow the sub-space or write train: {initial: random}");
        return false;
      }
    }
    return true;
  }

  /** The members may each be cut from the teacher and what holds them all not. */
  private void checkSuperNet(SubSpace sub, Architecture teacher) {
    Architecture envelope =
        findings.attempt(key(sub), "narrow the sub-space " + sub.name(), () -> sub.space()
            .family()
            .superNet(sub.space().envelope(), teacher));
    String larger = envelope == null ? null : envelope.family().misfit(envelope, teacher);
    if (larger != null) {
      findings.mistake(
          key(sub),
          "found the sub-space " + sub.name() + ", which together needs " + envelope + ", whose "
              + larger + "; allowed with train.initial: teacher: spaces whose largest values fit"
              + " into it together; narrow it or write train: {initial: random}");
    }
  }

  private void checkPositions(SubSpace sub, ImmutableList<Architecture> members) {
    if (recipe.images()) {
      return;
    }
    int positions = members.get(0).family().longest(members.get(0));
    if (recipe.pieces() > positions) {
      findings.mistake(
          key(sub),
          "found " + positions + " positions in the sub-space " + sub.name()
              + "; allowed: at least " + recipe.pieces() + ", the recipe's sequence");
    }
  }

  private void checkExport(SubSpace sub, ImmutableList<Architecture> members) {
    if (!recipe.export().contains("hugging-face")) {
      return;
    }
    for (Architecture member : members) {
      try {
        HuggingFaceFit.check(member);
      } catch (UserException e) {
        findings.mistake(
            "export",
            "found hugging-face with the sub-space " + sub.name() + ", but not every student of"
                + " it can be written so: " + e.getMessage());
        return;
      }
    }
  }
}
