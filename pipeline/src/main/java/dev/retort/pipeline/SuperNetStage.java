package dev.retort.pipeline;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.BatchPlan;
import dev.retort.data.WordDropout;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Sandwich;
import dev.retort.distill.train.Stage;
import dev.retort.distill.train.Teacher;
import dev.retort.pipeline.recipe.TrainRecipe;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.SubSpace;
import dev.retort.space.Value;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Network;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Slicing;
import dev.retort.supernet.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** The second stage: one SuperLM for each sub-space, side by side. */
final class SuperNetStage {
  private final Workbench bench;
  private final TaskData data;
  private final Weights teacher;

  SuperNetStage(Workbench bench, TaskData data, Weights teacher) {
    this.bench = bench;
    this.data = data;
    this.teacher = teacher;
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
    TrainRecipe how = bench.recipe.train().of(subSpace.name());
    String name = "train/" + subSpace.name();
    RandomStreams streams = bench.streams(name);
    SharedWeights shared = start(subSpace, how, streams);
    BatchPlan plan = new BatchPlan(data.corpus(), how.batch(), streams);
    BatchSource batches = Workbench.batches(
        data.corpus(), plan, WordDropout.of(how.maskInputs(), data.tokenizer()), streams);
    Stage stage = new Stage(
        name,
        streams,
        shared,
        new Sandwich(
            subSpace.space(),
            how.sandwich().smallest(),
            how.sandwich().largest(),
            how.sandwich().random()),
        new Teacher(Network.of(teacher.architecture(), bench.kernels), teacher),
        Workbench.objectives(how.objectives()),
        batches,
        Workbench.options(
            how.steps(), how.accumulate(), how.dropout(), how.optimizer(), how.checkpoint()),
        bench.kernels);
    return new SuperNet(
        shared, bench.train(stage, bench.run.training(subSpace.name()), how.checkpoint()));
  }

  /** The SuperLM before training: as wide as its widest member; as deep as the teacher, if cut. */
  private SharedWeights start(SubSpace subSpace, TrainRecipe how, RandomStreams streams) {
    Slicing slicing = Slicing.named(how.slicing().name().toLowerCase(Locale.ROOT));
    Architecture widest = subSpace.space().envelope();
    NDManager manager = bench.manager;
    if (how.initial() == TrainRecipe.Initial.RANDOM) {
      return new SharedWeights(InitialWeights.random(widest, streams, manager), slicing);
    }
    // Depth d of L layers keeps layers floor(i * L / d) of the teacher's L, whatever the sub-space.
    Architecture cut = widest.with("layers", Value.of(teacher.architecture().layers()));
    try (NDManager scratch = manager.newSubManager()) {
      Weights prepared = slicing.prepared(teacher, scratch);
      return new SharedWeights(new SharedWeights(prepared, slicing).extract(cut, manager), slicing);
    }
  }
}
