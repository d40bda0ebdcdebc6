package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.CentralDifferences;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients of a network's logits with respect to the weights that it shares. */
final class NetworkGradientTest {
  private static final String FULL = "layers=3,hidden=8,heads=3,ratio=2,head-size=4";
  private static final String BERT = "bert:vocabulary=9,positions=6,classes=2,";

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> subNetworks() {
    return Stream.of(
            "layers=2,hidden=8,heads=3,ratio=2,head-size=4",
            "layers=1,hidden=6,heads=2,ratio=2,head-size=4",
            "layers=2,hidden=5,heads=2,ratio=1,head-size=3")
        .flatMap(sub -> Stream.of(
            Arguments.of("eager", new EagerKernels(), BERT, sub),
            Arguments.of("scripted", ScriptedKernels.float32(), BERT, sub)));
  }

  static Stream<Arguments> families() {
    return Stream.of(
            "roberta:classes=2",
            "roberta:head=words,types=0",
            "distilbert:classes=2",
            "electra:head=words,embedding=5,activation=gelu_new",
            "electra:head=tokens,embedding=5,classes=2")
        .map(form -> Arguments.of(
            "eager",
            new EagerKernels(),
            form + ",vocabulary=9,positions=8,",
            "layers=2,hidden=6,heads=2,ratio=2,head-size=3"));
  }

  @ParameterizedTest(name = "{0} {2}{3}")
  @MethodSource({"subNetworks", "families"})
  void gradientsAreDifferencesInsideTheSliceAndZeroOutside(
      String name, Kernels kernels, String form, String sizes) {
    Architecture full = Architecture.parse(form + FULL);
    Architecture sub = Architecture.parse(form + sizes);
    Weights weights = Samples.weights(full, manager, 4, DataType.FLOAT64);
    SharedWeights shared = new SharedWeights(weights, new LeadingSlicing());
    TextBatch batch = Samples.batch(full, manager, 4, 6, 3);
    TextBatch doubles = Samples.masked(batch, batch.mask().toType(DataType.FLOAT64, false));
    Network network = Network.of(sub, kernels);
    NDArray noise = noise(network
        .forward(
            new SharedWeights(weights, new LeadingSlicing()).view(sub, manager),
            doubles,
            Request.LOGITS)
        .requireLogits());

    ImmutableMap.Builder<String, NDArray> builder = ImmutableMap.builder();
    weights.tensors().forEach((key, value) -> builder.put(key, Autograd.leaf(value, manager)));
    ImmutableMap<String, NDArray> leaves = builder.buildOrThrow();
    try (Autograd recording = Autograd.recording()) {
      Autograd.backward(loss(network, shared.over(leaves), sub, doubles, noise));
    }

    Set<String> touched = new HashSet<>();
    ImmutableMap<String, TensorSpec> specs = full.blueprint().byName();
    for (TensorSpec spec : sub.blueprint().tensors()) {
      String source = Slicing.source(spec, sub, full);
      touched.add(source);
      NDArray gradient =
          Objects.requireNonNull(Autograd.gradient(Objects.requireNonNull(leaves.get(source))));
      int[] inside = LeadingByHand.positions(Objects.requireNonNull(specs.get(source)), spec);
      Set<Integer> active = IntStream.of(inside).boxed().collect(Collectors.toSet());
      double[] values = gradient.toDoubleArray();
      for (int i = 0; i < values.length; i++) {
        if (!active.contains(i)) {
          assertThat(values[i]).as("%s, entry %d", source, i).isZero();
        }
      }
      CentralDifferences.check(
          source,
          changed -> {
            Map<String, NDArray> tensors = new LinkedHashMap<>(weights.tensors());
            tensors.put(source, changed);
            return loss(network, shared.over(ImmutableMap.copyOf(tensors)), sub, doubles, noise);
          },
          weights.get(source),
          gradient,
          spread(inside));
    }
    leaves.forEach((key, leaf) -> {
      if (!touched.contains(key)) {
        assertThat(Autograd.gradient(leaf)).as(key).isNull();
      }
    });
  }

  /** What logits are weighted with, so that none counts as another. */
  private NDArray noise(NDArray logits) {
    double[] noise = new double[(int) logits.size()];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = new double[] {0.7, -1.3, 0.4, 1.1}[i % 4] + 0.01 * i;
    }
    return manager.create(noise, logits.getShape());
  }

  private NDArray loss(
      Network network, SharedWeights shared, Architecture sub, TextBatch batch, NDArray noise) {
    return network
        .forward(shared.view(sub, manager), batch, Request.LOGITS)
        .requireLogits()
        .mul(noise)
        .sum();
  }

  /** A few entries from the first to the last. */
  private static int[] spread(int[] entries) {
    int count = Math.min(3, entries.length);
    return IntStream.range(0, count)
        .map(i -> entries[(int) ((long) i * (entries.length - 1) / Math.max(1, count - 1))])
        .toArray();
  }
}
