package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.Normalization;
import dev.retort.supernet.Request;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Small networks that look at images, and batches for them, drawn from a seed. */
final class ResNetSamples {
  private ResNetSamples() {}

  /** Weights of which every part shows in the outputs, float64 or float32. */
  static Weights weights(Architecture architecture, NDManager manager, long seed, DataType type) {
    ImmutableMap.Builder<String, NDArray> tensors = ImmutableMap.builder();
    for (TensorSpec spec : architecture.blueprint().tensors()) {
      RandomGenerator random = new RandomStreams(seed).at(spec.name(), 0);
      double[] values = new double[(int) spec.count()];
      long fanIn = spec.count() / spec.axes().get(0).length();
      for (int i = 0; i < values.length; i++) {
        double normal = random.nextGaussian();
        values[i] = switch (spec.role()) {
          case VARIANCE -> 0.5 + random.nextDouble();
          case NORM_GAIN -> 1 + 0.3 * normal;
          case KERNEL, MATRIX -> normal * Math.sqrt(2.0 / fanIn);
          default -> 0.3 * normal;
        };
      }
      tensors.put(spec.name(), array(manager, values, type, spec.shape()));
    }
    return Weights.of(architecture, tensors.buildOrThrow());
  }

  /** So many images of the architecture's resolution. */
  static ImageBatch batch(
      Architecture architecture, NDManager manager, long seed, int size, DataType type) {
    int side = architecture.integer("resolution");
    int channels = architecture.integer("channels");
    RandomGenerator random = new RandomStreams(seed).at("pixels", 0);
    double[] values = new double[size * channels * side * side];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian();
    }
    return batch(array(manager, values, type, size, channels, side, side));
  }

  /** A batch of these pixels without labels. */
  static ImageBatch batch(NDArray pixels) {
    int size = (int) pixels.getShape().get(0);
    return new ImageBatch(
        pixels,
        pixels.getManager().create(new long[size]),
        IntStream.range(0, size).toArray());
  }

  private static NDArray array(NDManager manager, double[] values, DataType type, long... shape) {
    NDArray array = manager.create(values, new Shape(shape));
    return type == DataType.FLOAT64 ? array : array.toType(type, false);
  }

  /** Logits and taps under a normalisation. */
  static Request request(Normalization normalization, Iterable<Tap> taps) {
    return new Request(true, ImmutableSet.copyOf(taps), Dropout.NONE, normalization);
  }

  /** Each architecture with each way of normalising batches, as arguments of a test. */
  static Stream<Arguments> underBothNormalizations(List<String> architectures) {
    return architectures.stream().flatMap(each -> Stream.of(Normalization.values())
        .map(normalization -> Arguments.of(Architecture.parse(each), normalization)));
  }
}
