package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.retort.distill.objective.Objectives;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

final class MemoryCheckTest {
  private static final String RECIPE = Recipes.IMAGES_SHORT.replace("finetune: {}\n", "")
      + """
      finetune:
        objectives:
          - cross-entropy
          - crd: {examples: 60000}
        compare: {far: [cross-entropy, {crd: {examples: 50}}]}
      """;

  private static void check(String recipe, LongSupplier places) {
    check(recipe, places, () -> 0);
  }

  private static void check(String recipe, LongSupplier places, LongSupplier corpus) {
    MemoryCheck.of(Recipes.read(recipe), Objectives::create, places, corpus);
  }

  @Test
  void examplesAreThoseOfTheTrainingData() {
    RecipeErrors refused =
        catchThrowableOfType(RecipeErrors.class, () -> check(RECIPE, () -> 60_000));
    assertThat(refused).hasMessageContaining("finetune.compare.far[1].crd.examples");
    assertThat(refused).hasMessageContaining("found 50 where the training data has 60000");
    assertThat(refused.getMessage()).doesNotContain("finetune.objectives");
  }

  @Test
  void examplesOfSuperNetsAreThoseOfTheCorpus() {
    String recipe = Recipes.SHORT
        + """
            train:
              objectives: [kd, {crd: {examples: 60000, draw: any}}]
              per-sub-space: {tiny: {objectives: [{crd: {examples: 50, draw: any}}]}}
            """;
    check(recipe.replace(": 50,", ": 60000,"), () -> 10, () -> 60_000);
    RecipeErrors refused =
        catchThrowableOfType(RecipeErrors.class, () -> check(recipe, () -> 10, () -> 60_000));
    assertThat(refused).hasMessageContaining("train.per-sub-space.tiny.objectives[0].crd.examples");
    assertThat(refused).hasMessageContaining("found 50 where the training data has 60000");
    assertThat(refused.mistakes()).hasSize(1);
  }

  @Test
  void dataThatIsNotCountedIsNotHeldAgainstThem() {
    check(RECIPE, () -> 0);
  }

  @Test
  void dataIsCountedWhereAnObjectiveAsks() {
    LongSupplier never = () -> {
      throw new AssertionError("no objective keeps examples");
    };
    check(Recipes.IMAGES_SHORT, never, never);
  }
}
