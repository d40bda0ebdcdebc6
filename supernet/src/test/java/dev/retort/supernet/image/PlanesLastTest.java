package dev.retort.supernet.image;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.Network;
import dev.retort.supernet.Normalization;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Pixels whose planes lie side by side change nothing but rounding. */
final class PlanesLastTest {
  private static final double TOLERANCE = 2e-4;
  private static final List<String> NETWORKS = List.of(
      "resnet:depth=2/1,width=4/8,resolution=8,classes=3",
      "resnet:depth=1/1,width=4/8,shortcut=padding,resolution=9,classes=3",
      "resnet:depth=1/1,width=3/5,block=bottleneck,stem=imagenet,resolution=16,classes=3",
      "wrn:depth=1/1,width=3/4,stem-width=2,resolution=6,classes=3",
      "vgg:depth=1/1,width=3/4,head-side=2,head-width=5,resolution=8,classes=3",
      "mobilenet-v2:resolution=32,classes=3",
      "shufflenet-v2:resolution=32,classes=3",
      "vit:layers=1,hidden=8,heads=2,ratio=2,patch=4,resolution=8,classes=3");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> cases() {
    return ResNetSamples.underBothNormalizations(NETWORKS);
  }

  /** Against float64: no further from it than eager float32 is, but for what rounding adds. */
  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  void valuesAndGradientsAreThoseOfEagerKernels(
      Architecture architecture, Normalization normalization) {
    Kernels eager = new EagerKernels();
    Map<String, double[]> exact = computed(architecture, normalization, eager, DataType.FLOAT64);
    Map<String, double[]> plain = computed(architecture, normalization, eager, DataType.FLOAT32);
    Map<String, double[]> found =
        computed(architecture, normalization, ScriptedKernels.wholeBlocks(), DataType.FLOAT32);
    exact.forEach(
        (name, values) -> assertThat(distance(Objects.requireNonNull(found.get(name)), values))
            .as(name)
            .isLessThan(TOLERANCE + 4 * distance(Objects.requireNonNull(plain.get(name)), values)));
  }

  /** Logits, and gradients of pixels and of all that is trained. */
  private Map<String, double[]> computed(
      Architecture architecture, Normalization normalization, Kernels kernels, DataType type) {
    Weights weights = ResNetSamples.weights(architecture, manager, 5, type);
    NDArray pixels =
        Autograd.leaf(ResNetSamples.batch(architecture, manager, 5, 6, type).pixels(), manager);
    ImmutableMap.Builder<String, NDArray> leaves = ImmutableMap.builder();
    for (TensorSpec spec : architecture.blueprint().tensors()) {
      NDArray tensor = weights.get(spec.name());
      leaves.put(spec.name(), spec.role().trained() ? Autograd.leaf(tensor, manager) : tensor);
    }
    Weights all = Weights.of(architecture, leaves.buildOrThrow());
    Map<String, double[]> results = new LinkedHashMap<>();
    try (Autograd recording = Autograd.recording()) {
      NDArray logits = Network.of(architecture, kernels)
          .forward(
              all, ResNetSamples.batch(pixels), ResNetSamples.request(normalization, List.of()))
          .requireLogits();
      results.put("logits", numbers(logits));
      Autograd.backward(logits.mul(logits).sum());
    }
    results.put("pixels", gradient(pixels));
    for (TensorSpec spec : architecture.blueprint().tensors()) {
      if (spec.role().trained()) {
        results.put(spec.name(), gradient(all.get(spec.name())));
      }
    }
    return results;
  }

  private static double[] gradient(NDArray leaf) {
    return numbers(Objects.requireNonNull(Autograd.gradient(leaf), "no gradient"));
  }

  private static double[] numbers(NDArray array) {
    return array.toType(DataType.FLOAT64, true).toDoubleArray();
  }

  /** The largest difference, of the largest number or of 0.1. */
  private static double distance(double[] found, double[] exact) {
    assertThat(found).hasSameSizeAs(exact);
    double largest = 0.1;
    double difference = 0;
    for (int i = 0; i < exact.length; i++) {
      largest = Math.max(largest, Math.abs(exact[i]));
      difference = Math.max(difference, Math.abs(found[i] - exact[i]));
    }
    return difference / largest;
  }

  @Test
  void anExtractedStudentEqualsItsSubNetwork() {
    Architecture full = Architecture.parse(NETWORKS.get(0));
    Architecture sub = Architecture.parse("resnet:depth=1/1,width=3/5,resolution=8,classes=3");
    SharedWeights shared = new SharedWeights(
        ResNetSamples.weights(full, manager, 5, DataType.FLOAT32), new LeadingSlicing());
    ImageBatch batch = ResNetSamples.batch(full, manager, 5, 6, DataType.FLOAT32);
    Network network = Network.of(sub, ScriptedKernels.wholeBlocks());
    for (Normalization each : Normalization.values()) {
      float[] slice = network
          .forward(shared.view(sub, manager), batch, ResNetSamples.request(each, List.of()))
          .requireLogits()
          .toFloatArray();
      assertThat(network
              .forward(shared.extract(sub, manager), batch, ResNetSamples.request(each, List.of()))
              .requireLogits()
              .toFloatArray())
          .isEqualTo(slice);
    }
  }

  @Test
  void aPassLeavesItsLogitsAndTheBatch() {
    Architecture architecture = Architecture.parse(NETWORKS.get(0));
    Weights weights = ResNetSamples.weights(architecture, manager, 5, DataType.FLOAT32);
    ImageBatch batch = ResNetSamples.batch(architecture, manager, 5, 6, DataType.FLOAT32);
    Network network = Network.of(architecture, ScriptedKernels.wholeBlocks());
    try (Autograd off = Autograd.off()) {
      int before = manager.getManagedArrays().size();
      for (int i = 0; i < 3; i++) {
        network
            .forward(weights, batch, ResNetSamples.request(Normalization.RUNNING, List.of()))
            .requireLogits()
            .close();
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
      assertThat(batch.pixels().toFloatArray()).isNotEmpty();
    }
  }
}
