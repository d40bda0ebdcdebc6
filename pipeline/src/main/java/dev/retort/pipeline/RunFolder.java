package dev.retort.pipeline;

import dev.retort.pipeline.recipe.EffectiveRecipe;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.RecipeDiff;
import dev.retort.pipeline.recipe.RecipeFile;
import dev.retort.pipeline.recipe.RecipeReader;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The directory of one job.
 *
 * <pre>
 * recipe.yaml  effective-recipe.yaml  provenance.json   what was asked, what it meant, where from
 * teacher/                                              the teacher: weights, tokenizer, scores
 * teachers/NAME/                                        further teachers
 * generated.jsonl                                       text that the teacher wrote, if asked
 * train/teacher/  train/NAME/                           checkpoints and losses of each training
 * search/log.jsonl  search/front.json                   each scored candidate once
 * search/fidelity.json                                  measured scores of some of them
 * students/NAME/                                        the extracted sub-network
 * students/NAME/finetuned/METHOD/                       the student after training
 * students/NAME/exports/hugging-face/                   for other tools
 * timings.json  report.json  report.html
 * </pre>
 */
public final class RunFolder implements AutoCloseable {
  private static final String ASKED = "recipe.yaml";
  private static final String EFFECTIVE = "effective-recipe.yaml";

  /** The file of the page that shows what came out. */
  static final String REPORT = "report.html";

  private final Path root;
  private final RunLock lock;

  private RunFolder(Path root, RunLock lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Opens a new run, or the same run again to go on with it.
   *
   * @throws UserException when the folder holds another run; the message lists what differs
   */
  static RunFolder open(Path root, RecipeFile recipe) {
    try {
      Files.createDirectories(root);
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          root + ": cannot be made (" + e.getMessage() + "). Give a folder that can be written.",
          e);
    }
    RunLock lock = RunLock.take(root);
    try {
      if (Files.exists(root.resolve(EFFECTIVE))) {
        RecipeDiff diff = RecipeDiff.between(recipe(root).recipe(), recipe.recipe());
        if (!diff.isEmpty()) {
          throw new UserException(
              UserException.Kind.USAGE,
              root + ": holds a run of another recipe. Give another output folder, or the recipe"
                  + " as it was. What differs:\n" + diff);
        }
      } else {
        refuseForeign(root);
        write(root.resolve(ASKED), recipe.text());
        write(root.resolve(EFFECTIVE), EffectiveRecipe.write(recipe.recipe()));
      }
      return new RunFolder(root, lock);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static void refuseForeign(Path root) {
    try (var entries = Files.list(root)) {
      if (entries.anyMatch(each -> !each.getFileName().toString().startsWith("."))) {
        throw new UserException(
            UserException.Kind.USAGE,
            root + ": is not empty and holds no run. Give an empty or a new folder.");
      }
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT, root + ": cannot be listed (" + e.getMessage() + ")", e);
    }
  }

  /**
   * The recipe of a run, everything filled in.
   *
   * @throws UserException when the folder holds no run
   */
  public static RecipeFile recipe(Path root) {
    Path file = root.resolve(EFFECTIVE);
    if (!Files.isRegularFile(file)) {
      throw new UserException(
          UserException.Kind.INPUT,
          root + ": holds no run (there is no " + EFFECTIVE
              + "). Give the folder that retort run wrote to.");
    }
    return RecipeReader.read(file, List.of());
  }

  /** The recipe of this run. */
  Recipe recipe() {
    return recipe(root).recipe();
  }

  /** The folder itself. */
  Path root() {
    return root;
  }

  Path teacher() {
    return root.resolve("teacher");
  }

  Path teachers() {
    return root.resolve("teachers");
  }

  Path training(String stage) {
    return root.resolve("train").resolve(stage);
  }

  Path search() {
    return root.resolve("search");
  }

  Path student(String name) {
    return root.resolve("students").resolve(name);
  }

  Path report() {
    return root.resolve(REPORT);
  }

  /** What the recipe said when the run began. */
  String asked() {
    try {
      return Files.readString(root.resolve(ASKED));
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT,
          root + ": its recipe cannot be read (" + e.getMessage() + ")",
          e);
    }
  }

  /** Writes a small text file at once or not at all. */
  static void write(Path file, String text) {
    try {
      Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(temporary, text);
      try (var channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.RESOURCE,
          file + ": cannot be written (" + e.getMessage()
              + "). Free some space and resume: what is finished is kept.",
          e);
    }
  }

  @Override
  public void close() {
    lock.close();
  }
}
