package dev.retort.benchmark.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.ImageBatch;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.train.ArchitectureSampler;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.OptimizerOptions;
import dev.retort.distill.train.Stage;
import dev.retort.distill.train.Trainer;
import dev.retort.distill.train.WeightedObjective;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.kernel.Kernels;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** A network of images in training, as a run trains it: cross-entropy, AdamW, random pixels. */
final class ImageSteps implements AutoCloseable {
  private static final int PLANES = 3;

  private final NDManager manager = NDManager.newBaseManager();
  private final Trainer trainer;

  /** Makes student and batches. */
  ImageSteps(Architecture architecture, int batch, Kernels kernels) {
    RandomStreams streams = new RandomStreams(1);
    Stage stage = new Stage(
        "images",
        streams,
        new SharedWeights(
            InitialWeights.random(architecture, streams, manager), new LeadingSlicing()),
        ImmutableSet.of(),
        ArchitectureSampler.fixed(architecture),
        ImmutableList.of(new WeightedObjective("labels", 1, new CrossEntropy())),
        batches(architecture, batch, streams),
        new Stage.Options(1_000_000, 1, 0, OptimizerOptions.adamw(1e-4), 0, 10),
        kernels);
    this.trainer = new Trainer(stage, manager);
  }

  /** The same random pixels again and again, in arrays of the step's. */
  private static BatchSource batches(Architecture architecture, int size, RandomStreams streams) {
    int side = architecture.integer("resolution");
    Shape shape = new Shape(size, PLANES, side, side);
    RandomGenerator random = streams.at("pixels", 0);
    float[] pixels = new float[(int) shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    long[] labels = LongStream.range(0, size)
        .map(each -> each % architecture.integer("classes"))
        .toArray();
    int[] indices = IntStream.range(0, size).toArray();
    return (number, scope) -> {
      NDArray made = scope.create(pixels, shape);
      return new ImageBatch(made, scope.create(labels), indices);
    };
  }

  /** One step. */
  void step() {
    trainer.step();
  }

  @Override
  public void close() {
    trainer.close();
    manager.close();
  }
}
