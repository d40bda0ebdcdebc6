package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Weights and images drawn from a seed, for vision Transformers. */
final class RandomVision {
  private RandomVision() {}

  /** Weights large enough that every part of the network shows in its outputs. */
  static Weights weights(Architecture architecture, NDManager manager, long seed, DataType type) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : architecture.blueprint().tensors()) {
      RandomGenerator random = new RandomStreams(seed).at(spec.name(), 0);
      double center = spec.role() == TensorSpec.Role.NORM_GAIN ? 1 : 0;
      double[] values = new double[(int) spec.count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = center + 0.3 * random.nextGaussian();
      }
      tensors.put(spec.name(), manager.create(values, new Shape(spec.shape())).toType(type, true));
    }
    return Weights.of(architecture, tensors);
  }

  /** Images of the architecture's planes and resolution. */
  static ImageBatch images(
      Architecture architecture, NDManager manager, long seed, int count, DataType type) {
    int side = architecture.integer("resolution");
    Shape shape = new Shape(count, architecture.integer("channels"), side, side);
    RandomGenerator random = new RandomStreams(seed).at("images", 0);
    double[] values = IntStream.range(0, (int) shape.size())
        .mapToDouble(i -> random.nextGaussian())
        .toArray();
    return batch(manager.create(values, shape).toType(type, true), manager);
  }

  /** Pixels as a batch without labels. */
  static ImageBatch batch(NDArray pixels, NDManager manager) {
    int count = (int) pixels.getShape().get(0);
    return new ImageBatch(
        pixels, manager.create(new long[count]), IntStream.range(0, count).toArray());
  }
}
