package dev.retort.pipeline;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedSet;
import dev.retort.data.Alteration;
import dev.retort.data.Dataset;
import dev.retort.data.Example;
import dev.retort.data.Instruction;
import dev.retort.data.Instructions;
import dev.retort.data.Metric;
import dev.retort.data.PromptTemplate;
import dev.retort.data.Subset;
import dev.retort.data.TextCorpus;
import dev.retort.data.TokenBlocks;
import dev.retort.data.Tokenizer;
import dev.retort.data.WordDropout;
import dev.retort.data.WordPieceTokenizer;
import dev.retort.pipeline.recipe.Estimate;
import dev.retort.pipeline.recipe.GeneratedRecipe;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.TaskRecipe;
import dev.retort.pipeline.recipe.TextFiles;
import dev.retort.pipeline.recipe.TokenizerRecipe;
import dev.retort.pipeline.recipe.TrainRecipe;
import dev.retort.pipeline.recipe.TrainingRecipe;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.format.StudentFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Text whose every token is asked for: that of files, or what the teacher writes. Files are packed
 * into blocks; a text that the teacher wrote is an example.
 *
 * @param recipe what is asked
 * @param tokenizer how texts become tokens
 * @param teacher what the teacher is, or without one the student
 * @param weights its weights where it is read; null where it is trained from scratch
 */
record LanguageMaterial(
    Recipe recipe, Tokenizer tokenizer, Architecture teacher, @Nullable Weights weights)
    implements Material<Example> {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Bytes of English text a token. */
  private static final int BYTES = 4;

  static LanguageMaterial of(Recipe recipe, @Nullable ModelFolder teacher) {
    return new LanguageMaterial(
        recipe,
        tokenizer(recipe.tokenizer(), teacher),
        teacher == null
            ? Objects.requireNonNull(recipe.reader().architecture())
            : teacher.weights().architecture(),
        teacher == null ? null : teacher.weights());
  }

  private static Tokenizer tokenizer(@Nullable TokenizerRecipe asked, @Nullable ModelFolder given) {
    if (asked != null) {
      return asked.read();
    }
    if (given == null) {
      throw new UserException(
          UserException.Kind.USAGE,
          "The recipe names no tokenizer and its teacher has none: add tokenizer: {folder:"
              + " FOLDER}.");
    }
    return given.vocabulary() == null
        ? Tokenizer.read(given.folder())
        : WordPieceTokenizer.read(given.vocabulary(), given.lowerCase());
  }

  /**
   * How much text there is: blocks of a file are counted from its bytes, four of English text a
   * token; texts that the teacher will write are taken to be full.
   */
  static Estimate.Data size(Recipe recipe) {
    TextFiles files = TextFiles.of(recipe);
    GeneratedRecipe generated = recipe.corpus().generated();
    long texts = 0;
    if (files != null) {
      try {
        long bytes = 0;
        for (Path each : recipe.corpus().corpus(files.train()).files()) {
          bytes += Files.size(each);
        }
        texts = bytes / BYTES / recipe.pieces() + 1;
      } catch (IOException e) {
        throw new UserException(
            UserException.Kind.INPUT,
            files.train() + ": cannot be read (" + e.getMessage() + ").",
            e);
      }
    } else if (generated != null) {
      texts = generated.texts();
    }
    return new Estimate.Data(texts, 0, recipe.pieces());
  }

  /** The files that a recipe's text is read from; none where it is what the teacher writes. */
  static ImmutableList<Path> inputs(Recipe recipe) {
    TextFiles files = TextFiles.of(recipe);
    return files == null ? ImmutableList.of() : inputs(recipe, files);
  }

  /** The files of a task; those of a folder one by one. */
  static ImmutableList<Path> inputs(Recipe recipe, TextFiles files) {
    return Stream.of(files.train(), files.dev(), files.test())
        .filter(Objects::nonNull)
        .flatMap(each -> recipe.corpus().corpus(each).files().stream())
        .collect(ImmutableList.toImmutableList());
  }

  @Override
  public String task() {
    return Objects.requireNonNull(recipe.task(), "a checked recipe has a task").name();
  }

  @Override
  public ImmutableList<String> labels() {
    return ImmutableList.of();
  }

  @Override
  public Architecture headed(Architecture found) {
    return found;
  }

  @Override
  public Metric metric() {
    return Metric.PERPLEXITY;
  }

  @Override
  public ImmutableList<Metric> further() {
    return answers() == null
        ? ImmutableList.of(Metric.TOKEN_ACCURACY)
        : ImmutableList.of(Metric.TOKEN_ACCURACY, Metric.ROUGE_L);
  }

  private TaskRecipe.@Nullable Instructed instructed() {
    return recipe.task() instanceof TaskRecipe.Instructed task ? task : null;
  }

  /** The answers that are written to measure a network; null: none. */
  @Nullable
  Answers answers() {
    TaskRecipe.Instructed task = instructed();
    return task == null || task.answers() == 0
        ? null
        : new Answers(task.answers(), task.answerTokens());
  }

  @Override
  public String given() {
    GeneratedRecipe generated = recipe.corpus().generated();
    Integer cached = Objects.requireNonNull(recipe.students().cached());
    Answers answers = answers();
    return (instructed() == null
            ? "Networks tell the next token of text, " + recipe.pieces() + " tokens at a time. "
            : "Networks answer prompts, both in at most " + recipe.pieces()
                + " tokens; perplexity is that of the answers. ")
        + (answers == null
            ? ""
            : "ROUGE-L is of the first " + answers.examples() + " prompts of the part, answered"
                + " with the likeliest tokens, " + answers.tokens() + " at most. ")
        + "Costs are of one token, behind " + cached + " whose keys and values are kept. "
        + (generated == null
            ? ""
            : "Students are distilled on text that the teacher wrote itself. ");
  }

  @Override
  public TaskData<Example> read(Workbench bench) {
    TextFiles files = TextFiles.of(recipe);
    if (files == null) {
      // Checked: such a recipe has a teacher that is used as it is, and text that it writes.
      List<int[]> written = written(bench, Objects.requireNonNull(weights));
      TextParts<int[]> all = new TextParts<>(written, null, null).parted(recipe.evaluate());
      Dataset<Example> train = padded(all.train());
      return TaskData.of(
          recipe,
          this,
          new TaskData.Parts<>(train, train, padded(all.requireDev()), padded(all.requireTest())));
    }
    return instructed() == null
        ? parted(
            TextParts.documents(recipe, files, tokenizer, TokenBlocks.Ends.of(tokenizer)::around),
            this::packed)
        : parted(
            TextParts.read(files, file -> Instruction.read(file, PromptTemplate.ALPACA)),
            each -> Instructions.of(tokenizer, each, recipe.pieces()));
  }

  private <T> TaskData<Example> parted(
      TextParts<T> files, Function<List<T>, Dataset<Example>> examples) {
    TextParts<T> all = files.parted(recipe.evaluate());
    Dataset<Example> train = examples.apply(all.train());
    Dataset<Example> dev = examples.apply(all.requireDev());
    Dataset<Example> test = examples.apply(all.requireTest());
    if (recipe.corpus().generated() != null) {
      // What the teacher writes comes when it has been trained.
      Subset<Example> whole =
          Subset.heldOut(train, 0, new RandomStreams(recipe.seed())).rest();
      return new TaskData<>(this, whole, dev, test, whole, whole);
    }
    TextCorpus text = recipe.corpus().corpus();
    Dataset<Example> corpus =
        text == null ? train : TokenBlocks.packed(tokenizer, text, recipe.pieces());
    return TaskData.of(recipe, this, new TaskData.Parts<>(train, corpus, dev, test));
  }

  @Override
  public TaskData<Example> taught(Workbench bench, TaskData<Example> data, Weights trained) {
    if (recipe.corpus().generated() == null || TextFiles.of(recipe) == null) {
      return data;
    }
    Dataset<Example> corpus = padded(written(bench, trained));
    return TaskData.of(
        recipe, this, new TaskData.Parts<>(data.train(), corpus, data.dev(), data.test()));
  }

  private List<int[]> written(Workbench bench, Weights writer) {
    GeneratedRecipe how = Objects.requireNonNull(recipe.corpus().generated());
    return GeneratedCorpus.of(bench, how, tokenizer, writer);
  }

  private Dataset<Example> padded(List<int[]> documents) {
    return TokenBlocks.padded(documents, recipe.pieces(), tokenizer.pad());
  }

  private Dataset<Example> packed(List<int[]> documents) {
    return TokenBlocks.packed(documents, recipe.pieces(), tokenizer.pad());
  }

  @Override
  public Alteration alteration(TrainingRecipe how) {
    return WordDropout.of(0, tokenizer);
  }

  @Override
  public Alteration alteration(TrainRecipe how) {
    return WordDropout.of(0, tokenizer);
  }

  @Override
  public StudentFolder.Description description() {
    return new StudentFolder.Description(
        labels(),
        tokenizer.lowerCase(),
        ImmutableList.copyOf(files().keySet()),
        ImmutableMap.of(
            "task", instructed() == null ? TaskRecipe.LANGUAGE : TaskRecipe.INSTRUCTIONS));
  }

  /** The tokenizer's, and how transformers and {@code retort generate} know where a text ends. */
  @Override
  public ImmutableMap<String, String> files() {
    ImmutableMap.Builder<String, String> files = ImmutableMap.builder();
    files.putAll(tokenizer.files(teacher.family().longest(teacher)));
    ObjectNode config = JSON.createObjectNode();
    tokenizer.specials().bos().ifPresent(id -> config.put("bos_token_id", id));
    ImmutableSortedSet<Integer> ends = GeneratedCorpus.ends(tokenizer);
    if (!ends.isEmpty()) {
      ArrayNode ids = config.putArray("eos_token_id");
      ends.forEach(ids::add);
    }
    return files.put("generation_config.json", config.toPrettyString() + "\n").buildOrThrow();
  }
}
