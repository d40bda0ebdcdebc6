package dev.retort.supernet.image;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Network;
import dev.retort.supernet.Normalization;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.CentralDifferences;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of whole networks, of weights and pixels, against central differences. */
final class ResNetGradientTest {
  private static final List<String> NETWORKS = List.of(
      "resnet:depth=1/1,width=3/4,resolution=6,classes=2",
      "resnet:depth=1/1,width=3/6,shortcut=padding,resolution=5,classes=2",
      "resnet:depth=1/1,width=2/3,block=bottleneck,expansion=2,stem=imagenet,resolution=12,"
          + "classes=2",
      "wrn:depth=1/1,width=3/4,stem-width=2,resolution=6,classes=2",
      "vgg:depth=1/1,width=3/4,head-side=2,head-width=5,resolution=8,classes=2");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> cases() {
    return ResNetSamples.underBothNormalizations(NETWORKS);
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void gradientsEqualCentralDifferences(Architecture architecture, Normalization normalization) {
    Weights weights = ResNetSamples.weights(architecture, manager, 5, DataType.FLOAT64);
    ImageBatch batch = ResNetSamples.batch(architecture, manager, 5, 3, DataType.FLOAT64);
    Network network = Network.of(architecture, new EagerKernels());
    Function<Weights, Function<NDArray, NDArray>> loss = with -> pixels -> {
      NDArray logits = network
          .forward(
              with, ResNetSamples.batch(pixels), ResNetSamples.request(normalization, List.of()))
          .requireLogits();
      return logits.mul(logits).sum();
    };
    ImmutableMap.Builder<String, NDArray> leaves = ImmutableMap.builder();
    for (TensorSpec spec : architecture.blueprint().tensors()) {
      NDArray tensor = weights.get(spec.name());
      leaves.put(spec.name(), spec.role().trained() ? Autograd.leaf(tensor, manager) : tensor);
    }
    Weights all = Weights.of(architecture, leaves.buildOrThrow());
    NDArray pixels = Autograd.leaf(batch.pixels(), manager);
    try (Autograd recording = Autograd.recording()) {
      Autograd.backward(loss.apply(all).apply(pixels));
    }
    check("pixels", loss.apply(weights), batch.pixels(), pixels);
    for (TensorSpec spec : architecture.blueprint().tensors()) {
      if (spec.role().trained()) {
        check(
            spec.name(),
            value -> loss.apply(with(weights, spec.name(), value)).apply(batch.pixels()),
            weights.get(spec.name()),
            all.get(spec.name()));
      }
    }
  }

  private static Weights with(Weights weights, String changed, NDArray value) {
    ImmutableMap.Builder<String, NDArray> tensors = ImmutableMap.builder();
    weights
        .tensors()
        .forEach((name, tensor) -> tensors.put(name, name.equals(changed) ? value : tensor));
    return Weights.of(weights.architecture(), tensors.buildOrThrow());
  }

  /** Some entries, drawn by name. */
  private static void check(
      String name, Function<NDArray, NDArray> loss, NDArray at, NDArray leaf) {
    RandomGenerator random = new RandomStreams(6).at(name, 0);
    int[] entries = random.ints(4, 0, (int) at.size()).toArray();
    NDArray gradient = Objects.requireNonNull(Autograd.gradient(leaf), "no gradient of " + name);
    CentralDifferences.check(name, loss, at, gradient, entries);
  }
}
