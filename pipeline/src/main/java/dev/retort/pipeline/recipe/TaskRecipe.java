package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import dev.retort.data.GlueTask;
import dev.retort.data.MaskedWords;
import dev.retort.data.image.ImageTask;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
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

  /** The task of texts that are told apart. */
  String CLASSES = "classification";

  /** The task of encoders to tell masked words. */
  String MASKED = "masked-language-model";

  /** The task of encoders to tag words. */
  String TAGGED = "token-classification";

  /** The task of language models: to tell the next token. */
  String LANGUAGE = "language-model";

  /** The task of language models to answer prompts. */
  String INSTRUCTIONS = "instructions";

  /** Its name. */
  String name();

  /** A task that asks for single tokens, in files of its own or in the recipe's folder. */
  sealed interface OfTokens extends TaskRecipe, RecipeTree.Written {
    /** What it is called in recipes. */
    String kind();

    /** The file to train on; null: the recipe's data folder has it. */
    @Nullable
    Path train();

    /** The file that settings are chosen on; null: the folder's, else a part of train's. */
    @Nullable
    Path dev();

    /** The file that is reported; null: the folder's, else a part of train's. */
    @Nullable
    Path test();

    /** Its own keys. */
    Map<String, Object> options();

    @Override
    default Object written() {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put("kind", kind());
      tree.put("name", name());
      put(tree, "train", train());
      put(tree, "dev", dev());
      put(tree, "test", test());
      tree.putAll(options());
      return tree;
    }

    private static void put(Map<String, Object> tree, String key, @Nullable Path file) {
      if (file != null) {
        tree.put(key, file);
      }
    }
  }

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
   * To tell the next token of one's own documents, in files or folders, plain or .gz.
   *
   * @param name its name in reports
   * @param train the text to train on
   * @param dev the text that settings are chosen on; none: a part of train's
   * @param test the text that is reported; none: a part of train's
   */
  record Texts(String name, Path train, @Nullable Path dev, @Nullable Path test)
      implements TaskRecipe {}

  /**
   * To tell words of documents that are masked, as BERT is trained (Devlin et al., NAACL 2019): of
   * the pieces that are chosen 80 % are shown as the mask, 10 % as another, 10 % as they are.
   *
   * @param name its name in reports
   * @param masked the share of the pieces of a text that is chosen; default 0.15
   */
  record Masked(
      String name, double masked, @Nullable Path train, @Nullable Path dev, @Nullable Path test)
      implements OfTokens {
    @Override
    public String kind() {
      return MASKED;
    }

    @Override
    public Map<String, Object> options() {
      return Map.of("masked", masked);
    }
  }

  /**
   * To tag the words of texts, as named entities or parts of speech.
   *
   * @param name its name in reports
   * @param labels a file with a tag a line, in the order of the logits; none: all tags of the
   *     files, in the order of their letters
   */
  record Tagged(
      String name,
      @Nullable Path labels,
      @Nullable Path train,
      @Nullable Path dev,
      @Nullable Path test)
      implements OfTokens {
    @Override
    public String kind() {
      return TAGGED;
    }

    @Override
    public Map<String, Object> options() {
      return labels == null ? Map.of() : Map.of("labels", labels);
    }
  }

  /**
   * To answer prompts; the prompt is no part of the loss.
   *
   * @param name its name in reports
   * @param answers prompts that each measured network answers, for ROUGE-L; default 20; 0: none
   * @param answerTokens the most tokens of such an answer; default 64
   */
  record Instructed(
      String name,
      int answers,
      int answerTokens,
      @Nullable Path train,
      @Nullable Path dev,
      @Nullable Path test)
      implements OfTokens {
    @Override
    public String kind() {
      return INSTRUCTIONS;
    }

    @Override
    public Map<String, Object> options() {
      Map<String, Object> options = new LinkedHashMap<>();
      options.put("answers", answers);
      options.put("answer-tokens", answerTokens);
      return options;
    }
  }

  /** Whether its files lie in the recipe's data folder, and have to. */
  static boolean needsData(TaskRecipe task) {
    return task instanceof Glue
        || task instanceof Images
        || task instanceof OfTokens tokens && tokens.train() == null;
  }

  /** Whether it names its files itself. */
  static boolean namesFiles(TaskRecipe task) {
    return task instanceof Files
        || task instanceof Texts
        || task instanceof OfTokens tokens && tokens.train() != null;
  }

  /** Reads the key {@code task}; null where it is not there or wrong. */
  static @Nullable TaskRecipe read(Section recipe, String key, Subject subject) {
    YamlTree tree = recipe.tree(key);
    if (tree instanceof YamlTree.Scalar) {
      return named(recipe.word(key, "", names(subject)), subject);
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
    boolean language = subject == Subject.LANGUAGE;
    ImmutableList<String> kinds = language
        ? ImmutableList.of(LANGUAGE, INSTRUCTIONS)
        : ImmutableList.of(CLASSES, MASKED, TAGGED);
    TaskRecipe read = new TaskFiles(section, section.word("kind", kinds.get(0), kinds)).read();
    section.close();
    return read;
  }

  private static ImmutableList<String> names(Subject subject) {
    return switch (subject) {
      case TEXT, WORDS, TAGS ->
        ImmutableList.<String>builder().addAll(NAMES).add(MASKED, TAGGED).build();
      case LANGUAGE -> ImmutableList.of(LANGUAGE, INSTRUCTIONS);
      case IMAGES -> IMAGES;
    };
  }

  private static @Nullable TaskRecipe named(String name, Subject subject) {
    return switch (name) {
      case "" -> null;
      case MASKED -> new Masked(name, MaskedWords.PROBABILITY, null, null, null);
      case TAGGED -> new Tagged(name, null, null, null, null);
      case INSTRUCTIONS ->
        new Instructed(name, TaskFiles.ANSWERS, TaskFiles.ANSWER_TOKENS, null, null, null);
      case LANGUAGE -> new Language(name);
      default -> subject == Subject.IMAGES ? new Images(name) : new Glue(name);
    };
  }
}
