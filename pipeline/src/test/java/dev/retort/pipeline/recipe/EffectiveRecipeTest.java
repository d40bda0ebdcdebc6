package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EffectiveRecipeTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        Recipes.SHORT,
        Recipes.LONG,
        Recipes.LANGUAGE_SHORT,
        Recipes.LANGUAGE,
        Recipes.MASKED,
        Recipes.TAGGED,
        Recipes.INSTRUCTIONS,
        Recipes.GIVEN,
        Recipes.GIVEN_WRITER
      })
  void theEffectiveRecipeReadsBackToAnEqualOne(String text) {
    Recipe recipe = Recipes.read(text).recipe();
    String effective = EffectiveRecipe.write(recipe);
    assertThat(Recipes.read(effective).recipe()).as(effective).isEqualTo(recipe);
    assertThat(EffectiveRecipe.write(Recipes.read(effective).recipe())).isEqualTo(effective);
  }

  @Test
  void theEffectiveRecipeShowsDefaults() {
    assertThat(EffectiveRecipe.write(Recipes.read(Recipes.SHORT).recipe()))
        .contains("seed: 17\n")
        .contains("  sandwich: {smallest: true, largest: true, random: 2}\n")
        .contains("  - kd: {weight: 1, temperature: 2}\n")
        .contains("    tiny: {layers: 2..4, hidden: 64..128/32, heads: 2..4, ratio: 2..4}\n")
        .contains("    budget: {flops: 50%}\n");
  }

  @Test
  void aRecipeMadeInAProgramCanBeReadToo() {
    Recipe recipe = Recipes.read(Recipes.SHORT).recipe();
    assertThat(Recipes.read(RecipeFile.of(recipe).text()).recipe()).isEqualTo(recipe);
  }

  @Test
  void theDiffNamesEveryKeyThatDiffers() {
    Recipe was = Recipes.read(Recipes.LONG).recipe();
    Recipe now = Recipes.read(
            Recipes.LONG,
            "train.steps=10",
            "name=",
            "train.objectives[0].self-attention-relation.heads=4",
            "finetune.limit=7")
        .recipe();
    assertThat(RecipeDiff.between(was, was).isEmpty()).isTrue();
    assertThat(RecipeDiff.between(was, now).toString().lines())
        .containsExactly(
            "name: everything, now nothing",
            "train.steps: 300, now 10",
            "train.objectives[0].self-attention-relation.heads: 8, now 4",
            "train.per-sub-space.part-1.objectives[0].self-attention-relation.heads: 8, now 4",
            "finetune.limit: nothing, now 7",
            "finetune.baseline-train.scratch.limit: nothing, now 7",
            "finetune.baseline-train.teacher-slices.limit: nothing, now 7");
  }
}
