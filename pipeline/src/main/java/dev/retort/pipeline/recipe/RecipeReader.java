package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads recipes strictly: an unknown key, a wrong type or an impossible value is a mistake, and all
 * mistakes of a file are listed together.
 *
 * <pre>{@code
 * RecipeFile file = RecipeReader.read(Path.of("examples/quickstart.yaml"), List.of("seed=3"));
 * }</pre>
 */
public final class RecipeReader {
  private RecipeReader() {}

  /**
   * Reads a file.
   *
   * @param file the recipe
   * @param overrides keys set over the file's, such as {@code train.steps=10}, in their order
   * @throws RecipeErrors with all mistakes
   * @throws UserException when the file cannot be read
   */
  public static RecipeFile read(Path file, List<String> overrides) {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(YamlReader.MAX_BYTES + 1);
    } catch (NoSuchFileException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          "No recipe " + file + " in " + Path.of("").toAbsolutePath()
              + ". Give the path of a recipe, such as examples/quickstart.yaml.",
          e);
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          "Cannot read the recipe " + file + " (" + e.getMessage() + "). Give a readable file.",
          e);
    }
    Path parent = file.toAbsolutePath().getParent();
    return read(file.toString(), bytes, parent == null ? file.toAbsolutePath() : parent, overrides);
  }

  /**
   * Reads a text.
   *
   * @param source what to call it in messages
   * @param text the recipe
   * @param folder where its relative paths are looked up first
   * @param overrides keys set over the text's
   * @throws RecipeErrors with all mistakes
   */
  public static RecipeFile parse(String source, String text, Path folder, List<String> overrides) {
    return read(source, text.getBytes(StandardCharsets.UTF_8), folder, overrides);
  }

  static RecipeFile read(String source, byte[] bytes, Path folder, List<String> overrides) {
    YamlTree tree = YamlReader.read(source, bytes);
    if (!(tree instanceof YamlTree.Mapping root)) {
      throw new RecipeErrors(ImmutableList.of(Mistake.at(
          tree.position(),
          "",
          "found " + tree.words() + "; allowed: a mapping that begins with retort: 1; see"
              + " examples/quickstart.yaml")));
    }
    List<Mistake> mistakes = new ArrayList<>();
    YamlTree.Mapping changed = Overrides.apply(root, overrides, mistakes);
    Reading reading = new Reading(folder, mistakes);
    Recipe recipe = Recipe.read(new Section(reading, "", changed));
    if (recipe == null || !mistakes.isEmpty()) {
      throw new RecipeErrors(mistakes);
    }
    return new RecipeFile(
        source,
        new String(bytes, StandardCharsets.UTF_8),
        recipe,
        ImmutableMap.copyOf(reading.positions()));
  }
}
