package dev.retort.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.Alteration;
import dev.retort.data.Dataset;
import dev.retort.data.Example;
import dev.retort.data.GlueTask;
import dev.retort.data.LabeledText;
import dev.retort.data.Metric;
import dev.retort.data.NaiveBayes;
import dev.retort.data.Task;
import dev.retort.data.TextCorpus;
import dev.retort.data.TextTable;
import dev.retort.data.TokenStore;
import dev.retort.data.Tokenizer;
import dev.retort.data.WordDropout;
import dev.retort.data.WordPieceTokenizer;
import dev.retort.pipeline.recipe.Estimate;
import dev.retort.pipeline.recipe.ModelSource;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.TaskRecipe;
import dev.retort.pipeline.recipe.TokenizerRecipe;
import dev.retort.pipeline.recipe.TrainRecipe;
import dev.retort.pipeline.recipe.TrainingRecipe;
import dev.retort.pipeline.report.MethodLine;
import dev.retort.pipeline.report.ScoreFigure;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.format.StudentFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Text.
 *
 * @param asked the task
 * @param tokenizer how texts become tokens
 * @param sequence the most tokens of a text
 */
record TextMaterial(Task asked, Tokenizer tokenizer, int sequence) implements Material<Example> {
  /** Texts whose length is looked at for an estimate. */
  private static final int SAMPLE = 512;

  /** Letters a piece, spaces included, of English text under BERT's vocabulary. */
  private static final double LETTERS = 4.5;

  static TextMaterial of(Recipe recipe, @Nullable ModelFolder teacher) {
    return new TextMaterial(task(recipe), tokenizer(recipe.tokenizer(), teacher), recipe.pieces());
  }

  /** The task of a recipe. */
  static Task task(Recipe recipe) {
    TaskRecipe task = Objects.requireNonNull(recipe.task(), "a checked recipe has a task");
    return task instanceof TaskRecipe.Files files
        ? TextTable.withLabels(files.name(), files.labels())
        : GlueTask.parse(task.name());
  }

  /**
   * How much text there is. The mean length is that of a sample, in pieces where the recipe names
   * the tokenizer or the teacher's folder lies here, else counted from its letters.
   */
  static Estimate.Data size(Recipe recipe) {
    Task task = task(recipe);
    List<LabeledText> texts = task.readLabeled(Parts.of(recipe, task).train());
    int step = Math.max(1, texts.size() / SAMPLE);
    List<LabeledText> sample = new ArrayList<>();
    for (int i = 0; i < texts.size(); i += step) {
      sample.add(texts.get(i));
    }
    Tokenizer told = told(recipe);
    double mean;
    if (told == null) {
      mean = sample.stream()
                  .mapToInt(each -> each.first().length()
                      + Objects.requireNonNullElse(each.second(), "").length())
                  .average()
                  .orElseThrow()
              / LETTERS
          + 2;
    } else {
      TokenStore pieces = TokenStore.of(told, sample, recipe.pieces(), task.regression());
      mean = IntStream.range(0, pieces.size()).map(pieces::length).average().orElseThrow();
    }
    int length = (int) Math.min(recipe.pieces(), Math.ceil(mean));
    return new Estimate.Data(texts.size(), task.outputs(), length);
  }

  private static @Nullable Tokenizer told(Recipe recipe) {
    if (recipe.tokenizer() != null) {
      return recipe.tokenizer().read();
    }
    Path beside = recipe.reader().model() instanceof ModelSource.Folder folder
        ? folder.path().resolve("vocab.txt")
        : null;
    return beside != null && Files.isRegularFile(beside)
        ? WordPieceTokenizer.read(beside, true)
        : null;
  }

  /** The files that a recipe's examples are read from. */
  static ImmutableList<Path> inputs(Recipe recipe) {
    Parts parts = Parts.of(recipe, task(recipe));
    return ImmutableList.of(parts.train(), parts.dev());
  }

  /** The tokenizer of a recipe, else of the teacher's folder. */
  static Tokenizer tokenizer(@Nullable TokenizerRecipe asked, @Nullable ModelFolder given) {
    if (asked != null) {
      return asked.read();
    }
    if (given == null) {
      throw new UserException(
          UserException.Kind.USAGE,
          "The recipe names no tokenizer and the teacher has none: add tokenizer:"
              + " {vocabulary: vocab.txt}.");
    }
    return given.vocabulary() == null
        ? Tokenizer.read(given.folder())
        : WordPieceTokenizer.read(given.vocabulary(), given.lowerCase());
  }

  /** Where the examples of a recipe lie. */
  record Parts(Path train, Path dev, @Nullable Path test) {
    static Parts of(Recipe recipe, Task task) {
      if (recipe.task() instanceof TaskRecipe.Files files) {
        return new Parts(files.train(), files.dev(), files.test());
      }
      Path folder = Objects.requireNonNull(recipe.data(), "a checked recipe has data");
      return new Parts(
          task.file(folder, Task.Split.TRAIN), task.file(folder, Task.Split.DEV), null);
    }
  }

  @Override
  public String task() {
    return asked.name();
  }

  @Override
  public ImmutableList<String> labels() {
    return ImmutableList.copyOf(asked.labels());
  }

  @Override
  public Architecture headed(Architecture found) {
    return found.family().outputs(found) == asked.outputs()
        ? found
        : found.family().classifier(found, asked.outputs());
  }

  @Override
  public String given() {
    return "";
  }

  @Override
  public Metric metric() {
    return asked.metrics().get(0);
  }

  @Override
  public TaskData<Example> read(Workbench bench) {
    Recipe recipe = bench.recipe;
    Parts parts = Parts.of(recipe, asked);
    TokenStore train = store(parts.train());
    TextCorpus corpus = recipe.corpus().corpus();
    Dataset<Example> text = corpus == null ? train : TokenStore.of(tokenizer, corpus, sequence);
    Path test = parts.test();
    return TaskData.of(
        recipe,
        this,
        new TaskData.Parts<>(train, text, store(parts.dev()), test == null ? null : store(test)));
  }

  private TokenStore store(Path file) {
    return TokenStore.of(tokenizer, asked.readLabeled(file), sequence, asked.regression());
  }

  @Override
  public Alteration alteration(TrainingRecipe how) {
    return WordDropout.of(Objects.requireNonNull(how.wordDropout()), tokenizer);
  }

  @Override
  public Alteration alteration(TrainRecipe how) {
    return WordDropout.of(Objects.requireNonNull(how.maskInputs()), tokenizer);
  }

  @Override
  public StudentFolder.Description description() {
    return new StudentFolder.Description(
        labels(),
        tokenizer.lowerCase(),
        ImmutableList.copyOf(files().keySet()),
        ImmutableMap.of("task", task()));
  }

  @Override
  public ImmutableMap<String, String> files() {
    return tokenizer.files(sequence);
  }

  @Override
  public ImmutableList<MethodLine> floors(TaskData<Example> data) {
    if (asked.regression()) {
      return ImmutableList.of();
    }
    NaiveBayes bayes = NaiveBayes.train(data.train(), labels().size());
    Dataset<Example> test = data.test() == null ? data.dev() : data.test();
    return ImmutableList.of(new MethodLine(
        "naive Bayes on word pieces",
        "accuracy, all " + data.train().size() + " labels",
        data.test() == null ? ScoreFigure.ABSENT : floor(bayes, data.dev()),
        floor(bayes, test),
        false,
        ""));
  }

  private static ScoreFigure floor(NaiveBayes bayes, Dataset<Example> examples) {
    return ScoreFigure.ofCounts(
        Math.round(bayes.accuracy(examples) * examples.size()), examples.size());
  }
}
