package dev.retort.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.BatchPlan;
import dev.retort.data.ReadAhead;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Sandwich;
import dev.retort.distill.train.Stage;
import dev.retort.pipeline.recipe.TrainRecipe;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.SubSpace;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Recalibration;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Slicing;
import dev.retort.supernet.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** The second stage: one SuperLM for each sub-space, side by side. */
final class SuperNetStage {
  private final Workbench bench;
  private final TaskData<?> data;
  private final Teachers teachers;
  private final TrainRecipe recipe;

  SuperNetStage(Workbench bench, TaskData<?> data, Teachers teachers, TrainRecipe recipe) {
    this.recipe = recipe;
    this.bench = bench;
    this.data = data;
    this.teachers = teachers;
  }

  /** Trains the SuperLM of each sub-space; the result is in their order. */
  ImmutableMap<String, SuperNet> run(List<SubSpace> subSpaces) throws InterruptedException {
    List<Callable<SuperNet>> jobs = new ArrayList<>();
    for (SubSpace each : subSpaces) {
      jobs.add(() -> train(each));
    }
    List<SuperNet> trained = bench.workers.run(jobs);
    ImmutableMap.Builder<String, SuperNet> byName = ImmutableMap.builder();
    for (int i = 0; i < trained.size(); i++) {
      byName.put(subSpaces.get(i).name(), trained.get(i));
    }
    return byName.buildOrThrow();
  }

  private SuperNet train(SubSpace subSpace) {
    TrainRecipe how = recipe.of(subSpace.name());
    RandomStreams streams = bench.streams(name(subSpace));
    SharedWeights shared = start(subSpace, how, streams);
    BatchPlan plan = new BatchPlan(data.corpus(), how.batch(), streams);
    Draws draws = new Draws(data.corpus(), plan, data.material().alteration(how), streams);
    ImmutableMap<String, NDArray> extras;
    try (ReadAhead batches = bench.readAhead(draws)) {
      extras = bench.train(
          stage(subSpace, how, shared, batches::batch),
          bench.run.training(subSpace.name()),
          how.checkpoint());
    }
    return new SuperNet(shared, extras, recalibration(how, streams));
  }

  /** Measures on examples as they are: that is how networks are used. */
  private @Nullable Recalibration recalibration(TrainRecipe how, RandomStreams streams) {
    Integer batches = how.recalibrate();
    if (batches == null || batches == 0) {
      return null;
    }
    BatchPlan plan = new BatchPlan(
        data.corpus(), how.batch(), new RandomStreams(streams.number("recalibrate", 0, 0)));
    return new Recalibration(
        batches, (number, manager) -> data.corpus().batch(manager, plan.batch(number), null));
  }

  private static String name(SubSpace subSpace) {
    return "train/" + subSpace.name();
  }

  private Stage stage(
      SubSpace subSpace, TrainRecipe how, SharedWeights shared, BatchSource batches) {
    String name = name(subSpace);
    return new Stage(
        name,
        bench.streams(name),
        shared,
        ImmutableSet.of(),
        new Sandwich(
            subSpace.space(),
            how.sandwich().smallest(),
            how.sandwich().largest(),
            how.sandwich().random()),
        teachers.objectives(how.objectives(), how.steps(), data.corpus()),
        batches,
        Workbench.options(
            how.steps(), how.accumulate(), how.dropout(), how.optimizer(), how.checkpoint()),
        bench.kernels);
  }

  /** The super-net before training: what its family cuts from the teacher, or random. */
  private SharedWeights start(SubSpace subSpace, TrainRecipe how, RandomStreams streams) {
    Slicing slicing = Slicing.named(how.slicing().name().toLowerCase(Locale.ROOT));
    Architecture widest = subSpace.space().envelope();
    NDManager manager = bench.manager;
    if (how.initial() == TrainRecipe.Initial.RANDOM) {
      return new SharedWeights(InitialWeights.random(widest, streams, manager), slicing);
    }
    Weights teacher = teachers.first();
    Architecture cut = widest.family().superNet(widest, teacher.architecture());
    try (NDManager scratch = manager.newSubManager()) {
      Weights prepared = slicing.prepared(teacher, scratch);
      return new SharedWeights(new SharedWeights(prepared, slicing).extract(cut, manager), slicing);
    }
  }
}
