package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** Small networks and batches drawn from a seed. */
final class Samples {
  private Samples() {}

  /** Weights large enough that every part of the network shows in its outputs, float32. */
  static Weights weights(Architecture architecture, NDManager manager, long seed) {
    return weights(architecture, manager, seed, DataType.FLOAT32);
  }

  static Weights weights(Architecture architecture, NDManager manager, long seed, DataType type) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : architecture.blueprint().tensors()) {
      RandomGenerator random = new RandomStreams(seed).at(spec.name(), 0);
      boolean variance = spec.role() == TensorSpec.Role.VARIANCE;
      double center = spec.role() == TensorSpec.Role.NORM_GAIN || variance ? 1 : 0;
      double[] values = new double[(int) spec.count()];
      for (int i = 0; i < values.length; i++) {
        double value = center + 0.3 * random.nextGaussian();
        values[i] = variance ? Math.max(0.1, value) : value;
      }
      tensors.put(spec.name(), manager.create(values, new Shape(spec.shape())).toType(type, false));
    }
    return Weights.of(architecture, tensors);
  }

  /** A batch of rows of these lengths, padded to the longest, with random tokens and types. */
  static TextBatch batch(Architecture architecture, NDManager manager, long seed, int... lengths) {
    RandomGenerator random = new RandomStreams(seed).at("batch", 0);
    int sequence = Math.max(1, IntStream.of(lengths).max().orElseThrow());
    int types = architecture.has("types") ? Math.max(1, architecture.integer("types")) : 1;
    long[][] ids = new long[lengths.length][sequence];
    long[][] kinds = new long[lengths.length][sequence];
    float[][] mask = new float[lengths.length][sequence];
    for (int row = 0; row < lengths.length; row++) {
      for (int i = 0; i < lengths[row]; i++) {
        ids[row][i] = random.nextInt(architecture.integer("vocabulary"));
        kinds[row][i] = random.nextInt(types);
        mask[row][i] = 1;
      }
    }
    return batch(manager, ids, kinds, mask);
  }

  static TextBatch batch(NDManager manager, long[][] ids, long[][] types, float[][] mask) {
    return new TextBatch(
        manager.create(ids),
        manager.create(types),
        manager.create(mask),
        manager.create(new long[ids.length]),
        IntStream.range(0, ids.length).toArray());
  }

  /** The same batch with another mask. */
  static TextBatch masked(TextBatch batch, NDArray mask) {
    return new TextBatch(batch.ids(), batch.types(), mask, batch.labels(), batch.indices());
  }

  /** The same batch with its mask in float64, for networks in float64. */
  static TextBatch doubles(TextBatch batch) {
    return masked(batch, batch.mask().toType(DataType.FLOAT64, false));
  }

  /** One row of a batch by itself, without its padding. */
  static TextBatch row(TextBatch batch, int row, int length) {
    String index = row + ":" + (row + 1) + ",:" + length;
    return new TextBatch(
        batch.ids().get(index),
        batch.types().get(index),
        batch.mask().get(index),
        batch.labels().get(row + ":" + (row + 1)),
        new int[] {batch.indices()[row]});
  }
}
