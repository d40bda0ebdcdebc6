package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.distill.objective.Objectives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
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

  @Test
  void theQuickstartFits() {
    Path root = Path.of(System.getProperty("retort.root"));
    Assumptions.assumeTrue(
        Files.isDirectory(root.resolve("examples/authors")), "no examples/authors here");
    Validation validation = Validation.of(
        RecipeReader.read(root.resolve("examples/quickstart.yaml"), List.of()),
        Objectives::create,
        name -> Optional.empty());
    assertThat(Objects.requireNonNull(validation.partition()).subSpaces())
        .extracting(sub -> sub.name() + " " + sub.space().count())
        .containsExactly("tiny 27", "small 27", "large 27");
  }

  @Test
  void theGlueRecipeFits() {
    Path shared =
        Path.of(System.getProperty("retort.root")).resolve("../shared/data").normalize();
    Assumptions.assumeTrue(Files.isDirectory(shared), "no " + shared + " here");
    Path file = Path.of(System.getProperty("retort.root")).resolve("examples/minilm-glue.yaml");
    List<String> folders = List.of(
        "data=" + shared.resolve("glue"), "teacher.model=" + shared.resolve("minilm-l6-h384"));
    Validation validation = Validation.of(
        RecipeReader.read(file, folders), Objectives::create, name -> Optional.empty());
    assertThat(validation.teacher())
        .hasToString("bert:layers=6,hidden=384,heads=12,ratio=4,head-size=32");
    assertThat(Objects.requireNonNull(validation.partition()).subSpaces())
        .extracting(sub -> sub.name() + " " + sub.space().count())
        .containsExactly("tiny 27", "small 27", "large 27");
  }

  @Test
  void theStoriesRecipeFits() {
    Path teacher = shared("stories260k-decoder");
    Assumptions.assumeTrue(Files.isDirectory(teacher), "no " + teacher + " here");
    Path file = Path.of(System.getProperty("retort.root")).resolve("examples/stories-decoder.yaml");
    Validation validation = Validation.of(
        RecipeReader.read(file, List.of("teacher.model=" + teacher)),
        Objectives::create,
        name -> Optional.empty());
    assertThat(validation.teacher())
        .hasToString("llama:layers=5,hidden=64,heads=8,ratio=2.6875,head-size=8,heads-per-group=2,"
            + "vocabulary=512,positions=512,tied=yes,rotary=pairs,norm-epsilon=0.00001");
    assertThat(Objects.requireNonNull(validation.partition()).subSpaces())
        .extracting(sub -> sub.name() + " " + sub.space().count())
        .containsExactly("tiny 16", "small 16", "large 24");
    assertThat(validation.budgets().keySet()).containsExactly("half", "quarter");
  }

  private static Validation image(String recipe, Path data, String... settings) {
    Assumptions.assumeTrue(Files.isDirectory(data), "no " + data + " here");
    Path file = Path.of(System.getProperty("retort.root")).resolve("examples").resolve(recipe);
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("data=" + data);
    return Validation.of(
        RecipeReader.read(file, all), Objectives::create, name -> Optional.empty());
  }

  private static Path shared(String name) {
    return Path.of(System.getProperty("retort.root"))
        .resolve("../shared/data")
        .resolve(name)
        .normalize();
  }

  @Test
  void theCifarRecipeFits() {
    Path weights = shared("cifar10-resnet").resolve("resnet56.safetensors");
    Validation validation =
        image("cifar-resnet.yaml", shared("cifar10"), "teacher.model=" + weights);
    assertThat(validation.teacher())
        .hasToString("resnet:depth=9/9/9,width=16/32/64,stem-width=16,shortcut=padding");
    assertThat(Objects.requireNonNull(validation.partition()).subSpaces())
        .extracting(sub -> sub.name() + " " + sub.space().count())
        .containsExactly("tiny 54", "small 54", "large 27");
    assertThat(validation.budgets().keySet()).containsExactly("half", "small");
  }

  @Test
  void theFashionRecipeFits() {
    Validation validation = image("fashion-vit.yaml", shared("fashion-mnist"));
    assertThat(Objects.requireNonNull(validation.partition()).subSpaces())
        .extracting(sub -> sub.name() + " " + sub.space().count())
        .containsExactly("tiny 27", "small 27", "large 27");
  }
}
