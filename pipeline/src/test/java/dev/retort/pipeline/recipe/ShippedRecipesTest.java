package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ShippedRecipesTest {
  static Stream<Path> recipes() throws IOException {
    Path examples = Path.of(System.getProperty("retort.root")).resolve("examples");
    try (Stream<Path> files = Files.list(examples)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void everyShippedRecipeIsReadAndReadBack(Path file) {
    Recipe recipe = RecipeReader.read(file, List.of()).recipe();
    assertThat(recipe.name()).isEqualTo(file.getFileName().toString().replace(".yaml", ""));
    assertThat(Recipes.read(EffectiveRecipe.write(recipe)).recipe()).isEqualTo(recipe);
  }
}
