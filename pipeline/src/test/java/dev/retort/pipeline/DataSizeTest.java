package dev.retort.pipeline;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.pipeline.recipe.RecipeErrors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSizeTest {
  private static String remembering(int examples) {
    return "train.objectives=[kd, {crd: {examples: " + examples + ", draw: any}}]";
  }

  @Test
  void superNetsRememberTheImagesOfTheTask(@TempDir Path folder) {
    Path recipe = SmallImageJob.write(folder, SmallImageJob.RESNET);
    assertThatThrownBy(() -> Retort.recipe(recipe, remembering(50)).validate())
        .isInstanceOf(RecipeErrors.class)
        .hasMessageContaining("found 50 where the training data has 400 examples");
    assertThatCode(() -> Retort.recipe(recipe, remembering(400)).validate())
        .doesNotThrowAnyException();
  }

  @Test
  void superNetsRememberTheTextsOfTheCorpus(@TempDir Path folder) throws IOException {
    Path recipe = SmallJob.write(folder);
    Path text = Files.writeString(folder.resolve("more.txt"), "the sea\n\na king\nof tea\n");
    String corpus = "corpus={text: " + text + ", held-out: 1}";
    assertThatThrownBy(() -> Retort.recipe(recipe, corpus, remembering(240)).validate())
        .isInstanceOf(RecipeErrors.class)
        .hasMessageContaining("found 240 where the training data has 3 examples");
    assertThatThrownBy(() -> Retort.recipe(recipe, remembering(3)).validate())
        .isInstanceOf(RecipeErrors.class)
        .hasMessageContaining("found 3 where the training data has 240 examples");
    assertThatCode(() -> Retort.recipe(recipe, corpus, remembering(3)).validate())
        .doesNotThrowAnyException();
  }
}
