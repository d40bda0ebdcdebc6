package dev.retort.pipeline.recipe;

import dev.retort.distill.objective.Objective;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** Whether objectives that keep something of each training example were told their number. */
public final class MemoryCheck {
  private MemoryCheck() {}

  /**
   * Checks a recipe whose objectives can be made.
   *
   * @param file the recipe, with where its keys stand
   * @param factory makes the objectives
   * @param places how many examples the task's training data has, counted where an objective asks;
   *     0 where that cannot be told before it is read
   * @param corpus the same of what super-nets are trained on
   * @throws RecipeErrors with every mistake, each at its line
   */
  public static void of(
      RecipeFile file, ObjectiveFactory factory, LongSupplier places, LongSupplier corpus) {
    Findings findings = new Findings(file);
    check(findings, factory, ofTask(file.recipe()), places);
    check(findings, factory, ofCorpus(file.recipe()), corpus);
    findings.refuse();
  }

  private static void check(
      Findings findings,
      ObjectiveFactory factory,
      Map<String, List<Term>> trainings,
      LongSupplier places) {
    Map<String, Integer> told = new LinkedHashMap<>();
    trainings.forEach((key, terms) -> {
      for (int i = 0; i < terms.size(); i++) {
        Term term = terms.get(i);
        Objective objective = factory.create(term.name(), term.options());
        if (objective.remembers() > 0) {
          told.put(key + "[" + i + "]." + term.name() + ".examples", objective.remembers());
        }
      }
    });
    long there = told.isEmpty() ? 0 : places.getAsLong();
    told.forEach((key, examples) -> {
      if (there > 0 && examples != there) {
        findings.mistake(
            key,
            "found " + examples + " where the training data has " + there
                + " examples, each of which has a memory of its own; allowed: " + there
                + ", whatever share of them is trained on");
      }
    });
  }

  /** What is trained on the text or the images of the corpus, by its key. */
  private static Map<String, List<Term>> ofCorpus(Recipe recipe) {
    Map<String, List<Term>> terms = new LinkedHashMap<>();
    if (recipe.students() instanceof Students.Searched searched) {
      TrainRecipe shared = searched.train();
      terms.put("train.objectives", shared.objectives());
      shared.perSubSpace().forEach((name, own) -> {
        if (!own.objectives().equals(shared.objectives())) {
          terms.put("train.per-sub-space." + name + ".objectives", own.objectives());
        }
      });
    }
    return terms;
  }

  /** What is trained on the examples of the task, by its key. */
  private static Map<String, List<Term>> ofTask(Recipe recipe) {
    Map<String, List<Term>> terms = new LinkedHashMap<>();
    TrainingRecipe teacher = recipe.teacher() == null ? null : recipe.teacher().train();
    if (teacher != null) {
      terms.put("teacher.train.objectives", teacher.objectives());
    }
    FinetuneRecipe finetune = recipe.finetune();
    if (finetune != null) {
      for (int i = 0; i < finetune.before().size(); i++) {
        terms.put(
            "finetune.before[" + i + "].objectives", finetune.before().get(i).objectives());
      }
      terms.put("finetune.objectives", finetune.train().objectives());
      finetune.compare().forEach((name, each) -> terms.put("finetune.compare." + name, each));
      finetune
          .baselineTrain()
          .forEach((name, each) ->
              terms.put("finetune.baseline-train." + name + ".objectives", each.objectives()));
    }
    return terms;
  }
}
