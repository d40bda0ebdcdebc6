package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the text of a task that asks for single tokens lies.
 *
 * @param train to be trained on
 * @param dev null: a part of train's
 * @param test null: a part of train's
 */
public record TextFiles(Path train, @Nullable Path dev, @Nullable Path test) {
  private static final ImmutableList<String> DOCUMENTS = ImmutableList.of("txt");
  private static final ImmutableList<String> TAGGED =
      ImmutableList.of("txt", "conll", "tsv", "jsonl");
  private static final ImmutableList<String> INSTRUCTIONS = ImmutableList.of("jsonl");

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
    if (recipe.task() instanceof TaskRecipe.OfTokens own && own.train() != null) {
      return new TextFiles(own.train(), own.dev(), own.test());
    }
    return recipe.data() == null || recipe.task() == null ? null : in(recipe.data(), recipe.task());
  }

  /**
   * The files of a folder: train, dev and test with the ending that the task has, each also with
   * .gz behind; of documents also folders of these names.
   */
  static TextFiles in(Path folder, TaskRecipe task) {
    boolean instructions = task instanceof TaskRecipe.Instructed;
    boolean tagged = task instanceof TaskRecipe.Tagged;
    ImmutableList<String> endings = instructions ? INSTRUCTIONS : tagged ? TAGGED : DOCUMENTS;
    boolean folders = !instructions && !tagged;
    Path train = find(folder, "train", endings, folders);
    if (train == null) {
      String looked = endings.stream()
          .map(each -> "train." + each + " nor train." + each + ".gz")
          .collect(Collectors.joining(" nor "));
      throw new UserException(
          UserException.Kind.INPUT,
          folder + ": has neither " + looked + ", the text to train on"
              + (folders ? ", a document a line" : "")
              + ". Put it there, or name the files: task: {"
              + (task instanceof TaskRecipe.OfTokens own ? "kind: " + own.kind() + ", " : "")
              + "name: …, train: FILE}.");
    }
    return new TextFiles(
        train, find(folder, "dev", endings, folders), find(folder, "test", endings, folders));
  }

  private static @Nullable Path find(
      Path folder, String part, ImmutableList<String> endings, boolean folders) {
    for (String ending : endings) {
      for (String name : new String[] {part + "." + ending, part + "." + ending + ".gz"}) {
        if (Files.isRegularFile(folder.resolve(name))) {
          return folder.resolve(name);
        }
      }
    }
    return folders && Files.isDirectory(folder.resolve(part)) ? folder.resolve(part) : null;
  }
}
