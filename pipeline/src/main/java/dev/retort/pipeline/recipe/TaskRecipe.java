package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import dev.retort.data.GlueTask;
import dev.retort.data.image.ImageTask;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of a text or an image: {@code task: sst-2}, {@code task: language-model} or {@code
 * task: cifar-10} with {@code data: FOLDER}, or files of one's own.
 */
public sealed interface TaskRecipe {
  /** The tasks of GLUE. */
  ImmutableList<String> NAMES =
      GlueTask.ALL.stream().map(GlueTask::name).collect(ImmutableList.toImmutableList());

  /** The tasks of images: published sets, folders and lists. */
  ImmutableList<String> IMAGES = ImageTask.NAMES;

  /** The task of language models: to tell the next token. */
  String LANGUAGE = "language-model";

  /** Its name. */
  String name();

  /**
   * A task of GLUE in its published TSV form; its files lie in the recipe's {@code data} folder.
   *
   * @param name such as {@code sst-2}
   */
  record Glue(String name) implements TaskRecipe, RecipeTree.Written {
    @Override
    public Object written() {
      return name;
    }
  }

  /**
   * A task in files of lines {@code LABEL<TAB>TEXT}, plain or .gz.
   *
   * @param name its name in reports
   * @param labels a file with the label of each class in a line, in the order of the logits
   * @param train the examples to train on
   * @param dev the examples that settings are chosen on
   * @param test the examples that are reported; none: dev's are
   */
  record Files(String name, Path labels, Path train, Path dev, @Nullable Path test)
      implements TaskRecipe {}

  /**
   * Images and their classes; the files lie in the recipe's {@code data} folder.
   *
   * @param name such as {@code cifar-10} or {@code image-folder}
   */
  record Images(String name) implements TaskRecipe, RecipeTree.Written {
    @Override
    public Object written() {
      return name;
    }
  }

  /**
   * To tell the next token of the text in the recipe's {@code data} folder, {@code train.txt} and,
   * if there, {@code dev.txt} and {@code test.txt}, each plain or .gz; without a folder of what the
   * teacher writes.
   *
   * @param name {@link #LANGUAGE}
   */
  record Language(String name) implements TaskRecipe, RecipeTree.Written {
    @Override
    public Object written() {
      return name;
    }
  }

  /**
   * To tell the next token of one's own files of documents, one a line, plain or .gz.
   *
   * @param name its name in reports
   * @param train the text to train on
   * @param dev the text that settings are chosen on; none: a part of train's
   * @param test the text that is reported; none: a part of train's
   */
  record Texts(String name, Path train, @Nullable Path dev, @Nullable Path test)
      implements TaskRecipe {}

  /** Reads the key {@code task}; null where it is not there or wrong. */
  static @Nullable TaskRecipe read(Section recipe, String key, Subject subject) {
    YamlTree tree = recipe.tree(key);
    if (tree instanceof YamlTree.Scalar) {
      ImmutableList<String> allowed =
          switch (subject) {
            case TEXT -> NAMES;
            case LANGUAGE -> ImmutableList.of(LANGUAGE);
            case IMAGES -> IMAGES;
          };
      String name = recipe.word(key, "", allowed);
      if (name.isEmpty()) {
        return null;
      }
      return switch (subject) {
        case TEXT -> new Glue(name);
        case LANGUAGE -> new Language(name);
        case IMAGES -> new Images(name);
      };
    }
    if (tree == null) {
      return null;
    }
    if (subject == Subject.IMAGES) {
      recipe.mistake(
          key,
          "found " + tree.words() + "; allowed for images: " + String.join(", ", IMAGES)
              + "; name one of them and give data: FOLDER");
      return null;
    }
    Section section = recipe.section(key);
    String name = section.text("name", "a name");
    boolean language = subject == Subject.LANGUAGE;
    Path labels = null;
    if (language) {
      section.foreign(Subject.OF_EXAMPLES, "labels");
    } else {
      labels = file(section, "labels", true);
    }
    Path train = file(section, "train", true);
    Path dev = file(section, "dev", !language);
    Path test = file(section, "test", false);
    if (name == null && !section.has("name")) {
      section.missing("name", "the task's name in reports");
    }
    section.close();
    if (language) {
      return name == null || train == null ? null : new Texts(name, train, dev, test);
    }
    return name == null || labels == null || train == null || dev == null
        ? null
        : new Files(name, labels, train, dev, test);
  }

  private static @Nullable Path file(Section section, String key, boolean needed) {
    if (needed && !section.has(key)) {
      section.missing(key, "a file");
    }
    return section.path(key, "a file");
  }
}
