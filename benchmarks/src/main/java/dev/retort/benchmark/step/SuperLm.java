package dev.retort.benchmark.step;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.TextBatch;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.attention.SelfAttentionRelation;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.FrozenTeacher;
import dev.retort.distill.train.OptimizerOptions;
import dev.retort.distill.train.Stage;
import dev.retort.distill.train.Trainer;
import dev.retort.distill.train.WeightedObjective;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.Network;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * A SuperLM in training, as a run trains it: {@link Stage} and {@link Trainer} with MiniLMv2's
 * relations of the last layers, AdamW and random tokens.
 */
final class SuperLm implements AutoCloseable {
  private static final int POOL = 4;
  private static final double RATE = 1e-4;

  private final NDManager manager = NDManager.newBaseManager();
  private final Trainer trainer;

  /** Makes teacher, student and batches. */
  SuperLm(Size size) {
    RandomStreams streams = new RandomStreams(1);
    Kernels kernels = new EagerKernels();
    Architecture architecture = size.architecture();
    WeightedObjective relations = new WeightedObjective(
            "relations",
            1,
            new SelfAttentionRelation(
                SelfAttentionRelation.Form.KL_RELATIONS,
                size.heads(),
                SelfAttentionRelation.ALL,
                Attachment.LAST,
                SelfAttentionRelation.Remainder.BY_FORM))
        .from(new FrozenTeacher(
            Network.of(architecture, kernels),
            InitialWeights.random(architecture, streams, manager)));
    ImmutableList<Architecture> learners =
        ImmutableList.copyOf(Collections.nCopies(size.subNetworks(), architecture));
    Stage stage = new Stage(
        "superlm",
        streams,
        new SharedWeights(
            InitialWeights.random(architecture, new RandomStreams(2), manager),
            new LeadingSlicing()),
        ImmutableSet.of(),
        (any, step) -> learners,
        ImmutableList.of(relations),
        batches(size, streams),
        new Stage.Options(
            1_000_000,
            1,
            0,
            new OptimizerOptions(
                OptimizerOptions.Name.ADAMW,
                RATE,
                0.9,
                0.999,
                1e-8,
                0,
                0.01,
                0,
                0,
                OptimizerOptions.Decay.CONSTANT),
            0,
            10),
        kernels);
    this.trainer = new Trainer(stage, manager);
  }

  /** Random tokens, some in turn, in arrays of the step's: what reads them belongs to it too. */
  private static BatchSource batches(Size size, RandomStreams streams) {
    List<long[]> pool = new ArrayList<>();
    for (int i = 0; i < POOL; i++) {
      RandomGenerator random = streams.at("tokens", i);
      pool.add(LongStream.range(0, (long) size.batch() * size.sequence())
          .map(any -> random.nextInt(size.vocabulary()))
          .toArray());
    }
    Shape shape = new Shape(size.batch(), size.sequence());
    return (number, scope) -> new TextBatch(
        scope.create(pool.get((int) (number % POOL)), shape),
        scope.zeros(shape, DataType.INT64),
        scope.ones(shape),
        scope.create(new long[size.batch()]),
        IntStream.range(0, size.batch()).toArray());
  }

  /** One step. */
  double step() {
    return trainer.step().loss();
  }

  /** Arrays that are alive, here and in whatever the training owns. */
  int arrays() {
    return manager.getManagedArrays().size();
  }

  @Override
  public void close() {
    trainer.close();
    manager.close();
  }
}
