package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Weights drawn from a seed. */
final class RandomWeights {
  private RandomWeights() {}

  static Weights of(Architecture architecture, NDManager manager, long seed) {
    RandomGenerator random = new RandomStreams(seed).at("weights", 0);
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : architecture.blueprint().tensors()) {
      float[] values = new float[(int) spec.count()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextGaussian();
      }
      tensors.put(spec.name(), manager.create(values, new Shape(spec.shape())));
    }
    return Weights.of(architecture, tensors);
  }
}
