package dev.retort.pipeline.recipe;

import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the text of a language model's task lies, a document a line.
 *
 * @param train to be trained on
 * @param dev null: a part of train's
 * @param test null: a part of train's
 */
public record TextFiles(Path train, @Nullable Path dev, @Nullable Path test) {
  /**
   * The files of a recipe.
   *
   * @return null where all its text is what the teacher writes
   * @throws UserException when the folder of the recipe has no train.txt
   */
  public static @Nullable TextFiles of(Recipe recipe) {
    if (recipe.task() instanceof TaskRecipe.Texts texts) {
      return new TextFiles(texts.train(), texts.dev(), texts.test());
    }
    return recipe.data() == null ? null : in(recipe.data());
  }

  /** The files of a folder: train.txt, dev.txt, test.txt, each also with .gz behind. */
  static TextFiles in(Path folder) {
    Path train = find(folder, "train");
    if (train == null) {
      throw new UserException(
          UserException.Kind.INPUT,
          folder + ": has neither train.txt nor train.txt.gz, the text to train on, a document a"
              + " line. Put it there, or name the files: task: {name: …, train: FILE}.");
    }
    return new TextFiles(train, find(folder, "dev"), find(folder, "test"));
  }

  private static @Nullable Path find(Path folder, String part) {
    for (String name : new String[] {part + ".txt", part + ".txt.gz"}) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    return null;
  }
}
