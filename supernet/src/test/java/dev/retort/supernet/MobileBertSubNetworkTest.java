package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.format.StudentFolder;
import dev.retort.supernet.format.WholeFolder;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.CentralDifferences;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sub-networks of MobileBERTs, drawn at random in every elastic dimension. */
final class MobileBertSubNetworkTest {
  private static final List<String> KINDS = List.of(
      "classes=3,",
      "classes=3,pooling=pooler,attention=bottleneck,",
      "classes=2,head=tokens,norm=layer,activation=gelu,",
      "classes=1,pooling=mean,norm=layer,attention=bottleneck,",
      "head=words,");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 15);
  }

  private static String kind(long seed) {
    return "mobilebert:vocabulary=23,positions=12," + KINDS.get((int) (seed % KINDS.size()));
  }

  private static Architecture full(long seed) {
    return Architecture.parse(kind(seed)
        + "layers=4,hidden=24,heads=6,head-size=4,intermediate=20,bottleneck=10,embedding=7,"
        + "feed-forwards=3/2/3/3");
  }

  private static Architecture sub(long seed) {
    RandomGenerator random = new RandomStreams(seed).at("sub", 0);
    int layers = 1 + random.nextInt(4);
    return Architecture.parse(String.format(
        Locale.ROOT,
        "%slayers=%d,hidden=%d,heads=%s,head-size=%d,intermediate=%s,bottleneck=%d,embedding=%d,"
            + "feed-forwards=%s",
        kind(seed),
        layers,
        8 + random.nextInt(17),
        each(layers, 6, random),
        2 + random.nextInt(3),
        each(layers, 20, random),
        1 + random.nextInt(10),
        kind(seed).contains("words") ? 7 : 1 + random.nextInt(7),
        each(layers, 2, random)));
  }

  private static String each(int layers, int most, RandomGenerator random) {
    return IntStream.range(0, layers)
        .mapToObj(layer -> Integer.toString(1 + random.nextInt(most)))
        .collect(Collectors.joining("/"));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void extractedStudentEqualsItsSubNetworkBitForBit(long seed, @TempDir Path folder) {
    Architecture sub = sub(seed);
    assertThat(sub.family().misfit(sub, full(seed))).isNull();
    SharedWeights shared =
        new SharedWeights(Samples.weights(full(seed), manager, seed), new LeadingSlicing());
    Weights view = shared.view(sub, manager);
    Weights student = shared.extract(sub, manager);
    Path target = folder.resolve("student");
    StudentFolder.write(
        target,
        WholeFolder.Existing.REFUSE,
        student,
        new StudentFolder.Description(
            ImmutableList.of(), false, ImmutableList.of(), ImmutableMap.of()),
        writer -> {});
    Weights read = StudentFolder.read(target, manager).weights();
    assertThat(read.architecture()).isEqualTo(sub);
    TextBatch batch = Samples.batch(sub, manager, seed, 9, 4, 1);
    for (Kernels kernels :
        List.of(new EagerKernels(), ScriptedKernels.float32(), ScriptedKernels.bf16())) {
      Network network = Network.of(sub, kernels);
      Request request = new Request(true, network.taps(), Dropout.NONE);
      Outputs ofView = network.forward(view, batch, request);
      for (Weights weights : List.of(student, read)) {
        Outputs outputs = network.forward(weights, batch, request);
        assertThat(outputs.requireLogits().toFloatArray())
            .as("logits of %s", sub)
            .isEqualTo(ofView.requireLogits().toFloatArray());
        for (Tap tap : request.taps()) {
          if (!tap.equals(Tap.before("embed"))) { // ids, no numbers
            assertThat(outputs.tap(tap).toFloatArray())
                .as("%s of %s", tap.name(), sub)
                .isEqualTo(ofView.tap(tap).toFloatArray());
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void gradientsAreDifferencesInsideTheSliceAndZeroOutside(long seed) {
    String sizes = "mobilebert:vocabulary=7,positions=6,"
        + KINDS.get((int) (seed % KINDS.size())).replace("relu", "gelu");
    // A function without a corner, which differences could step over.
    String smooth = sizes.contains("activation") ? sizes : sizes + "activation=gelu,";
    Architecture full = Architecture.parse(smooth
        + "layers=2,hidden=6,heads=3,head-size=2,ratio=1,bottleneck=5,embedding=4,"
        + "feed-forwards=3");
    Architecture sub = Architecture.parse(smooth
        + "layers=1,hidden=5,heads=2,head-size=2,ratio=0.6,bottleneck=4,feed-forwards=2,embedding="
        + (smooth.contains("words") ? 4 : 3));
    Weights weights = Samples.weights(full, manager, seed, DataType.FLOAT64);
    SharedWeights shared = new SharedWeights(weights, new LeadingSlicing());
    TextBatch batch = Samples.doubles(Samples.batch(full, manager, seed, 5, 3));
    Network network = Network.of(sub, new EagerKernels());
    ImmutableMap.Builder<String, NDArray> builder = ImmutableMap.builder();
    weights.tensors().forEach((key, value) -> builder.put(key, Autograd.leaf(value, manager)));
    ImmutableMap<String, NDArray> leaves = builder.buildOrThrow();
    try (Autograd recording = Autograd.recording()) {
      Autograd.backward(loss(network, shared.over(leaves), sub, batch));
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
            return loss(network, shared.over(ImmutableMap.copyOf(tensors)), sub, batch);
          },
          weights.get(source),
          gradient,
          new int[] {inside[0], inside[inside.length / 2], inside[inside.length - 1]});
    }
    leaves.forEach((key, leaf) -> {
      if (!touched.contains(key)) {
        assertThat(Autograd.gradient(leaf)).as(key).isNull();
      }
    });
  }

  private NDArray loss(Network network, SharedWeights shared, Architecture sub, TextBatch batch) {
    NDArray logits =
        network.forward(shared.view(sub, manager), batch, Request.LOGITS).requireLogits();
    return logits.mul(logits).sum();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void sortedByImportanceItIsTheSameFunction(long seed) {
    Architecture architecture = full(seed);
    Weights weights = Samples.weights(architecture, manager, seed);
    Weights sorted = new ImportanceSlicing().prepared(weights, manager);
    Network network = Network.of(architecture, new EagerKernels());
    // In float64, since layers that do not normalise make much of what float32 rounds away.
    TextBatch batch = Samples.doubles(Samples.batch(architecture, manager, 3, 8, 5));
    double[] expected =
        network.forward(doubles(weights), batch, Request.LOGITS).requireLogits().toDoubleArray();
    assertThat(network
            .forward(doubles(sorted), batch, Request.LOGITS)
            .requireLogits()
            .toDoubleArray())
        .containsExactly(expected, Offset.offset(1e-8));
  }

  private static Weights doubles(Weights weights) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    weights
        .tensors()
        .forEach((name, tensor) -> tensors.put(name, tensor.toType(DataType.FLOAT64, false)));
    return Weights.of(weights.architecture(), tensors);
  }
}
