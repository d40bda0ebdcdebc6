package dev.retort.pipeline;

import com.google.common.collect.ImmutableList;
import dev.retort.data.Dataset;
import dev.retort.data.Subset;
import dev.retort.pipeline.recipe.CorpusRecipe;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.TrainingRecipe;
import dev.retort.pipeline.report.MethodLine;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.Weights;
import org.jspecify.annotations.Nullable;

/**
 * The examples of a run.
 *
 * @param material what they are and what is asked of them
 * @param train labelled examples; none of those that the search scores on
 * @param dev what settings and methods are compared on
 * @param test what is reported; null where the task has none with labels
 * @param corpus examples to distil on, their labels not looked at
 * @param heldOut examples that the search scores on, never trained on by anyone
 * @param <E> what one example is
 */
record TaskData<E>(
    Material<E> material,
    Subset<E> train,
    Dataset<E> dev,
    @Nullable Dataset<E> test,
    Subset<E> corpus,
    Subset<E> heldOut) {

  /**
   * What a task's files hold.
   *
   * @param train all labelled examples to train on
   * @param corpus all examples to distil on; the same as {@code train} where they are the task's
   */
  record Parts<E>(Dataset<E> train, Dataset<E> corpus, Dataset<E> dev, @Nullable Dataset<E> test) {}

  /** The examples as a recipe parts them. */
  static <E> TaskData<E> of(Recipe recipe, Material<E> material, Parts<E> parts) {
    RandomStreams streams = new RandomStreams(recipe.seed());
    CorpusRecipe from = recipe.corpus();
    int held = (int) from.heldOut().of((double) parts.corpus().size());
    Subset.Split<E> split = Subset.heldOut(parts.corpus(), held, streams);
    Integer limit = from.limit();
    Subset<E> corpus = limit == null || limit >= split.rest().size()
        ? split.rest()
        : Subset.heldOut(split.rest(), limit, streams).heldOut();
    Subset<E> train = parts.corpus() == parts.train()
        ? split.rest()
        : Subset.heldOut(parts.train(), 0, streams).rest();
    return new TaskData<>(material, train, parts.dev(), parts.test(), corpus, split.heldOut());
  }

  /** The examples, once the teacher has been trained. */
  TaskData<E> taught(Workbench bench, Weights teacher) {
    return material.taught(bench, this, teacher);
  }

  /** The labelled examples that a training sees: few of each class, or so many, or all. */
  Subset<E> labelled(TrainingRecipe training, RandomStreams streams) {
    Integer perClass = training.labelsPerClass();
    if (perClass != null) {
      return Subset.fewShot(train, perClass, streams);
    }
    Integer limit = training.limit();
    return limit == null || limit >= train.size()
        ? train
        : Subset.heldOut(train, limit, streams).heldOut();
  }

  /** What can be had without a network; may be empty. */
  ImmutableList<MethodLine> floors() {
    return material.floors(this);
  }
}
