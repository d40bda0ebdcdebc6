package dev.retort.pipeline;

import dev.retort.data.Dataset;
import dev.retort.data.Example;
import dev.retort.data.GlueTask;
import dev.retort.data.Subset;
import dev.retort.data.Task;
import dev.retort.data.TextCorpus;
import dev.retort.data.TextTable;
import dev.retort.data.TokenStore;
import dev.retort.data.WordPieceTokenizer;
import dev.retort.pipeline.recipe.CorpusRecipe;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.TaskRecipe;
import dev.retort.pipeline.recipe.TrainingRecipe;
import dev.retort.space.RandomStreams;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The examples of a run, tokenized.
 *
 * @param task what is asked
 * @param tokenizer how texts become tokens
 * @param train labelled examples; none of those that the search scores on
 * @param dev what settings and methods are compared on
 * @param test what is reported; null where the task has none with labels
 * @param corpus text to distil on, its labels not looked at
 * @param heldOut text that the search scores on, never trained on by anyone
 */
record TaskData(
    Task task,
    WordPieceTokenizer tokenizer,
    Subset<Example> train,
    TokenStore dev,
    @Nullable TokenStore test,
    Subset<Example> corpus,
    Subset<Example> heldOut) {

  static TaskData read(Recipe recipe, WordPieceTokenizer tokenizer) {
    Task task = task(recipe);
    Files files = files(recipe, task);
    RandomStreams streams = new RandomStreams(recipe.seed());
    TokenStore trainAll = TokenStore.of(
        tokenizer, task.readLabeled(files.train()), recipe.sequence(), task.regression());
    CorpusRecipe from = recipe.corpus();
    Dataset<Example> text = from.taskTrain()
        ? trainAll
        : TokenStore.of(
            tokenizer, new TextCorpus(Objects.requireNonNull(from.text())), recipe.sequence());
    int held = (int) from.heldOut().of((double) text.size());
    Subset.Split<Example> split = Subset.heldOut(text, held, streams);
    Integer limit = from.limit();
    Subset<Example> corpus = limit == null || limit >= split.rest().size()
        ? split.rest()
        : Subset.heldOut(split.rest(), limit, streams).heldOut();
    Subset<Example> train =
        from.taskTrain() ? split.rest() : Subset.heldOut(trainAll, 0, streams).rest();
    TokenStore dev = TokenStore.of(
        tokenizer, task.readLabeled(files.dev()), recipe.sequence(), task.regression());
    Path testFile = files.test();
    TokenStore test = testFile == null
        ? null
        : TokenStore.of(
            tokenizer, task.readLabeled(testFile), recipe.sequence(), task.regression());
    return new TaskData(task, tokenizer, train, dev, test, corpus, split.heldOut());
  }

  private record Files(Path train, Path dev, @Nullable Path test) {}

  /** The task of a recipe. */
  static Task task(Recipe recipe) {
    TaskRecipe task = Objects.requireNonNull(recipe.task(), "a checked recipe has a task");
    return task instanceof TaskRecipe.Files files
        ? TextTable.withLabels(files.name(), files.labels())
        : GlueTask.parse(task.name());
  }

  private static Files files(Recipe recipe, Task task) {
    if (recipe.task() instanceof TaskRecipe.Files files) {
      return new Files(files.train(), files.dev(), files.test());
    }
    Path folder = Objects.requireNonNull(recipe.data(), "a checked recipe has data");
    return new Files(task.file(folder, Task.Split.TRAIN), task.file(folder, Task.Split.DEV), null);
  }

  /** The labelled examples that a training sees: few of each class, or so many, or all. */
  Subset<Example> labelled(TrainingRecipe training, RandomStreams streams) {
    Integer perClass = training.labelsPerClass();
    if (perClass != null) {
      return Subset.fewShot(train, perClass, streams);
    }
    Integer limit = training.limit();
    return limit == null || limit >= train.size()
        ? train
        : Subset.heldOut(train, limit, streams).heldOut();
  }
}
