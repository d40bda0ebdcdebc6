package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import java.util.Arrays;
import java.util.Collection;
import java.util.random.RandomGenerator;

/**
 * Weights at random. Matrices and tables begin as in BERT, normal with standard deviation 0.02;
 * convolutions as He et al. (ICCV 2015) have them, normal with variance 2 / fan-out; biases and
 * shifts 0, gains 1; critics as PyTorch's linear layers, uniform within 1 / sqrt(inputs); memories
 * of width D uniform within sqrt(3 / D), so that rows have about length 1. Each tensor is a
 * function of (seed, its name).
 */
public final class InitialWeights {
  private static final double DEVIATION = 0.02;

  private InitialWeights() {}

  /** The weights of an architecture at random. */
  public static Weights random(
      Architecture architecture, RandomStreams streams, NDManager manager) {
    return Weights.of(architecture, tensors(architecture.blueprint().tensors(), streams, manager));
  }

  /** Some tensors at random, by name. */
  public static ImmutableMap<String, NDArray> tensors(
      Collection<TensorSpec> specs, RandomStreams streams, NDManager manager) {
    ImmutableMap.Builder<String, NDArray> tensors = ImmutableMap.builder();
    for (TensorSpec spec : specs) {
      float[] values = new float[Math.toIntExact(spec.count())];
      switch (spec.role()) {
        case MATRIX, EMBEDDING, TOKEN -> fill(values, DEVIATION, spec, streams);
        case KERNEL -> fill(values, Math.sqrt(2.0 / fanOut(spec)), spec, streams);
        case TRANSFORM -> identity(values, Math.toIntExact(spec.axes().get(0).length()));
        case NORM_GAIN, VARIANCE -> Arrays.fill(values, 1f);
        case CRITIC -> uniform(values, 1, spec, streams);
        case MEMORY -> uniform(values, 3, spec, streams);
        case BIAS, NORM_SHIFT, MEAN, KEPT -> {}
      }
      // An array made from Java memory stays there, at any alignment, and matrix products may then
      // differ in the last bit from run to run: the copy lies in the engine's memory.
      try (NDArray borrowed = manager.create(values, new Shape(spec.shape()))) {
        tensors.put(spec.name(), borrowed.duplicate());
      }
    }
    return tensors.buildOrThrow();
  }

  private static void fill(
      float[] values, double deviation, TensorSpec spec, RandomStreams streams) {
    RandomGenerator random = streams.at("initial " + spec.name(), 0);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
  }

  /** Uniform within the root of a number over the width. */
  private static void uniform(
      float[] values, double number, TensorSpec spec, RandomStreams streams) {
    double most = Math.sqrt(number / spec.axes().get(spec.axes().size() - 1).length());
    RandomGenerator random = streams.at("initial " + spec.name(), 0);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (most * (2 * random.nextDouble() - 1));
    }
  }

  /** How many outputs one input reaches through a kernel [out, in / groups, height, width]. */
  private static double fanOut(TensorSpec kernel) {
    long[] shape = kernel.shape();
    // A depthwise kernel has one input a group: each reaches the outputs of its own group alone.
    return (double) (shape[1] == 1 ? 1 : shape[0]) * shape[2] * shape[3];
  }

  private static void identity(float[] values, int side) {
    for (int i = 0; i < side; i++) {
      values[i * side + i] = 1;
    }
  }
}
