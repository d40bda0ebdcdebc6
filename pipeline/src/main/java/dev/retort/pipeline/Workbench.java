package dev.retort.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.ReadAhead;
import dev.retort.distill.train.ArchitectureSampler;
import dev.retort.distill.train.FolderCheckpoints;
import dev.retort.distill.train.Stage;
import dev.retort.distill.train.Trainer;
import dev.retort.distill.train.TrainingListener;
import dev.retort.pipeline.recipe.CheckpointRecipe;
import dev.retort.pipeline.recipe.OptimizerRecipe;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.TensorPattern;
import dev.retort.pipeline.recipe.Term;
import dev.retort.pipeline.recipe.TrainingRecipe;
import dev.retort.space.Accounting;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the stages of one run share: the recipe, the folder, the kernels, who listens. */
final class Workbench {
  /** Steps in a row without finite numbers after which a training gives up. */
  private static final int PATIENCE = 10;

  /** Batches that are made ready ahead of a step. */
  private static final int AHEAD = 4;

  final Recipe recipe;
  final RunFolder run;
  final NDManager manager;
  final Progress progress;
  final Kernels kernels;
  final Workers workers;
  private final BooleanSupplier stop;

  Workbench(
      Recipe recipe, RunFolder run, NDManager manager, Progress progress, BooleanSupplier stop) {
    this.recipe = recipe;
    this.run = run;
    this.manager = manager;
    this.progress = new OneAtATime(progress);
    this.stop = stop;
    this.kernels = recipe.precision() == Recipe.Precision.BF16
        ? ScriptedKernels.bf16()
        : ScriptedKernels.wholeBlocks();
    this.workers = new Workers(recipe.workers());
  }

  /** How costs are counted. */
  Accounting accounting() {
    return recipe.accounting();
  }

  /** The random streams of a part of the run. */
  RandomStreams streams(String part) {
    return new RandomStreams(new RandomStreams(recipe.seed()).number(part, 0, 0));
  }

  /** Throws when the run was asked to stop. */
  void checkStop() {
    if (stop.getAsBoolean() || Thread.currentThread().isInterrupted()) {
      throw new StoppedException(run.root());
    }
  }

  /** How a training of labelled examples is set up. */
  record Course(String name, Path folder, TrainingRecipe recipe, Dataset<?> examples) {
    long steps() {
      int batches = (examples.size() - 1) / recipe.batch() + 1;
      return Math.max(1, Math.round(recipe.epochs() * batches / recipe.accumulate()));
    }
  }

  /** The batches of a training, made ready ahead of its steps. */
  ReadAhead readAhead(Draws draws) {
    return new ReadAhead(draws::prepare, AHEAD, workers.coresEach());
  }

  /** Trains a network on labelled examples, going on from its newest checkpoint. */
  void train(
      Course course,
      TaskData<?> data,
      SharedWeights student,
      @Nullable Teachers teachers,
      List<Term> terms) {
    RandomStreams streams = streams(course.name());
    TrainingRecipe how = course.recipe();
    BatchPlan plan = new BatchPlan(course.examples(), how.batch(), streams);
    Draws draws = new Draws(course.examples(), plan, data.material().alteration(how), streams);
    try (ReadAhead batches = readAhead(draws)) {
      Stage stage = new Stage(
          course.name(),
          streams,
          student,
          TensorPattern.matching(how.freeze(), student.full().tensors().keySet()),
          ArchitectureSampler.fixed(student.full().architecture()),
          teachers == null
              ? Teachers.alone(terms, course.steps())
              : teachers.objectives(terms, course.steps(), course.examples()),
          batches::batch,
          options(
              course.steps(), how.accumulate(), how.dropout(), how.optimizer(), how.checkpoint()),
          kernels);
      train(stage, course.folder(), how.checkpoint());
    }
  }

  /**
   * Runs a stage to its end, going on from its newest checkpoint.
   *
   * @return the objectives' own tensors
   */
  ImmutableMap<String, NDArray> train(Stage stage, Path folder, CheckpointRecipe keep) {
    progress.started(
        stage.name(),
        stage.student().full().architecture().toString(),
        stage.options().steps());
    long begin = System.nanoTime();
    ImmutableMap<String, NDArray> extras;
    FolderCheckpoints checkpoints = new FolderCheckpoints(
        folder, keep.keep(), stage.options().checkpointEvery(), stage.name(), progress::note);
    try (Trainer trainer = new Trainer(stage, manager)) {
      long done = trainer.resume(checkpoints);
      try (StepLog log = new StepLog(folder, done)) {
        TrainingListener listener = report -> {
          log.step(report);
          progress.step(report);
        };
        if (!trainer.run(checkpoints, listener, this::stopped)) {
          throw new StoppedException(run.root());
        }
      }
      extras = trainer.extras(manager);
    } catch (CancellationException e) {
      checkStop(); // interrupted while it waited for a batch
      throw e;
    }
    progress.finished(stage.name(), (System.nanoTime() - begin) / 1e9);
    return extras;
  }

  private boolean stopped() {
    return stop.getAsBoolean() || Thread.currentThread().isInterrupted();
  }

  /** The options of a stage. */
  static Stage.Options options(
      long steps,
      int accumulate,
      double dropout,
      OptimizerRecipe optimizer,
      CheckpointRecipe checkpoint) {
    return new Stage.Options(
        steps, accumulate, dropout, optimizer.options(steps), checkpoint.every(), PATIENCE);
  }
}
