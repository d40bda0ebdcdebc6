package dev.retort.distill.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.ImageBatch;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.random.RandomGenerator;

/** A training of a small residual network on images of three classes, and its parts to change. */
final class TinyImages {
  private static final String SIZES = ",resolution=8,classes=3";

  /** The super-net. */
  static final Architecture NET = Architecture.parse("resnet:depth=1/1,width=8/16" + SIZES);

  /** A sub-network of half its planes. */
  static final Architecture SUB = Architecture.parse("resnet:depth=1/1,width=4/8" + SIZES);

  private static final int SIDE = 8;

  final NDManager manager;
  long steps = 5;
  int accumulate = 1;
  OptimizerOptions optimizer = OptimizerOptions.adamw(5e-3);
  ArchitectureSampler sampler = ArchitectureSampler.fixed(NET);
  BatchSource batches = (number, owner) -> batch(number, 16, owner);
  SharedWeights student;

  TinyImages(NDManager manager) {
    this.manager = manager;
    this.student = new SharedWeights(
        InitialWeights.random(NET, new RandomStreams(11), manager), new LeadingSlicing());
  }

  /** Noise with one quarter in one colour, which is the class. */
  static ImageBatch batch(long number, int size, NDManager manager) {
    float[] pixels = new float[size * 3 * SIDE * SIDE];
    long[] labels = new long[size];
    int[] indices = new int[size];
    for (int row = 0; row < size; row++) {
      RandomGenerator random = new RandomStreams(5).at("images", number, row);
      int quarter = random.nextInt(4);
      int colour = random.nextInt(3);
      for (int i = 0; i < 3 * SIDE * SIDE; i++) {
        int y = i / SIDE % SIDE;
        int x = i % SIDE;
        boolean bright = y / 4 == quarter / 2 && x / 4 == quarter % 2;
        double value = bright && i / (SIDE * SIDE) == colour ? 1.5 : 0;
        pixels[row * 3 * SIDE * SIDE + i] = (float) (value + 0.5 * random.nextGaussian());
      }
      labels[row] = colour;
      indices[row] = row;
    }
    NDArray images = manager.create(pixels, new Shape(size, 3, SIDE, SIDE));
    return new ImageBatch(images, manager.create(labels), indices);
  }

  Trainer trainer() {
    return new Trainer(
        new Stage(
            "images",
            new RandomStreams(7),
            student,
            ImmutableSet.of(),
            sampler,
            TinyTraining.terms(new CrossEntropy()),
            batches,
            new Stage.Options(steps, accumulate, 0, optimizer, 0, 3),
            new EagerKernels()),
        manager);
  }
}
