package dev.retort.supernet.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.space.TensorSpec.Role;
import dev.retort.space.Value;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.Network;
import dev.retort.supernet.Normalization;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.SafetensorsFile;
import dev.retort.supernet.format.SafetensorsWriter;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sub-networks, drawn at random, of small super-nets of every kind. */
final class MobileSubNetworkTest {
  private static final int SEEDS = 3;

  private static final List<String> FULL = List.of(
      "mobilenet-v1:depth=1/2/1/3/2,width=6/8/10/12/14,stem=5,least-width=1,kernel=5,"
          + "classes=5,resolution=33",
      "mobilenet-v1:depth=1/2/1/1/2,width=6/8/10/12/14,stem=5,least-width=1,kernel=7,"
          + "kernel-transform=matrices,padding=same,classes=5,resolution=34",
      "mobilenet-v2:depth=2/1/2/2/1/1,width=4/6/8/8/10/12,stem=6,first=4,features=14,expansion=4,"
          + "kernel=5,divisor=2,least-width=2,norm=folded,padding=same,classes=5,resolution=34",
      "mobilenet-v2:depth=2/1/2/2/1/1,width=4/6/8/8/10/12,stem=6,first=4,features=14,expansion=4,"
          + "kernel=7,divisor=2,least-width=2,first-block=expanded,kernel-transform=matrices,"
          + "stem-window=cifar,classes=5,resolution=17",
      "mobilenet-v3:stages=3,depth=2/3/2,width=6/8/10,stem=4,first=4,last=20,features=12,"
          + "expansion=4,kernel=7,stride=2/2/1,squeeze=0/1/1,swish=0/0/1,first-squeeze=1,divisor=2,"
          + "least-width=2,kernel-transform=matrices,classes=5,resolution=33",
      "mobilenet-v3:stages=3,depth=2/3/2,width=6/8/10,stem=4,first=4,last=20,features=12,"
          + "expansion=4,kernel=5,stride=2/1/2,squeeze=1/0/1,swish=0/1/1,features-bias=no,"
          + "divisor=2,least-width=2,classes=5,resolution=32",
      "shufflenet-v2:depth=2/3/2,width=8/12/16,stem=6,features=12,kernel=5,classes=5,"
          + "resolution=40",
      "shufflenet-v2:depth=3/1/2,width=8/12/16,stem=6,features=12,stem-window=cifar,left=kept,"
          + "classes=5,resolution=12");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> cases() {
    return FULL.stream().flatMap(full -> IntStream.rangeClosed(1, SEEDS)
        .mapToObj(seed -> Arguments.of(Architecture.parse(full), seed)));
  }

  /**
   * An architecture within another, without matrices: depths, widths, expansions, kernels drawn.
   */
  static Architecture sub(Architecture full, long seed) {
    RandomGenerator random = new RandomStreams(seed).at("sub", 0);
    int stages = full.family().stages(full);
    Map<String, Value> values = new HashMap<>(full.values());
    int[] depth = IntStream.range(0, stages)
        .map(stage -> 1 + random.nextInt(full.integer("depth", stage)))
        .toArray();
    values.put("depth", each(stages, stage -> depth[stage]));
    boolean halves = full.family().name().startsWith("shuffle");
    if (!full.has("left") || full.word("left").equals("half")) {
      values.put("width", each(stages, stage -> {
        int width = 1 + random.nextInt(full.integer("width", stage));
        return halves ? (width + 1) / 2 * 2 : width;
      }));
    }
    int layers = IntStream.of(depth).sum();
    values.put("kernel", each(layers, layer -> 3 + 2 * random.nextInt(full.integer("kernel") / 2)));
    if (full.has("expansion")) {
      values.put("expansion", each(layers, layer -> 2 + random.nextInt(3)));
    }
    if (full.has("kernel-transform")) {
      values.put("kernel-transform", Value.of("none"));
    }
    values.put("resolution", Value.of(full.integer("resolution") - random.nextInt(3)));
    return Architecture.of(full.family(), values);
  }

  private static Value each(int count, IntUnaryOperator number) {
    return new Value.Each(IntStream.range(0, count)
        .mapToObj(i -> (double) number.applyAsInt(i))
        .collect(com.google.common.collect.ImmutableList.toImmutableList()));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("cases")
  void extractedStudentEqualsItsSubNetwork(Architecture full, long seed, @TempDir Path folder) {
    Architecture sub = sub(full, seed);
    SharedWeights shared = shared(full, seed);
    Weights view = shared.view(sub, manager);
    Weights student = shared.extract(sub, manager);
    assertThat(student.tensors().keySet()).noneMatch(name -> name.contains("matrix"));
    Path file = folder.resolve("student.safetensors");
    SafetensorsWriter.write(file, student.tensors(), Map.of());
    SafetensorsFile stored = SafetensorsFile.open(file);
    Weights loaded =
        Weights.of(sub, Maps.toMap(student.tensors().keySet(), name -> stored.load(manager, name)));
    Network network = Network.of(sub, new EagerKernels());
    ImageBatch batch = ResNetSamples.batch(sub, manager, seed, 4, DataType.FLOAT32);
    for (Normalization normalization : Normalization.values()) {
      Request request = ResNetSamples.request(normalization, network.taps());
      Outputs ofView = network.forward(view, batch, request);
      assertThat(ofView.requireLogits().toFloatArray()).doesNotContain(Float.NaN);
      assertSame(network.forward(student, batch, request), ofView);
      assertSame(network.forward(loaded, batch, request), ofView);
    }
  }

  private static void assertSame(Outputs actual, Outputs expected) {
    assertThat(actual.requireLogits().toFloatArray())
        .isEqualTo(expected.requireLogits().toFloatArray());
    expected.taps().forEach((tap, value) -> assertThat(actual.tap(tap).toFloatArray())
        .as(tap.name())
        .isEqualTo(value.toFloatArray()));
    assertThat(actual.statistics().keySet()).isEqualTo(expected.statistics().keySet());
    expected.statistics().forEach((name, value) -> assertThat(
            requireNonNull(actual.statistics().get(name)).toFloatArray())
        .as(name)
        .isEqualTo(value.toFloatArray()));
  }

  private SharedWeights shared(Architecture full, long seed) {
    return new SharedWeights(
        ResNetSamples.weights(full, manager, seed, DataType.FLOAT32), new LeadingSlicing());
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("cases")
  void gradientsOutsideTheSubNetworkAreZero(Architecture full, long seed) {
    Architecture sub = sub(full, seed);
    ImmutableMap<String, TensorSpec> specs = full.blueprint().byName();
    SharedWeights shared = shared(full, seed);
    ImmutableMap.Builder<String, NDArray> leaves = ImmutableMap.builder();
    shared
        .full()
        .tensors()
        .forEach((name, tensor) -> leaves.put(
            name,
            requireNonNull(specs.get(name)).role().trained()
                ? Autograd.leaf(tensor, manager)
                : tensor));
    ImmutableMap<String, NDArray> all = leaves.buildOrThrow();
    ImageBatch batch = ResNetSamples.batch(sub, manager, seed, 4, DataType.FLOAT32);
    try (Autograd recording = Autograd.recording()) {
      NDArray logits = Network.of(sub, new EagerKernels())
          .forward(
              shared.over(all).view(sub, manager),
              batch,
              ResNetSamples.request(Normalization.BATCH, List.of()))
          .requireLogits();
      Autograd.backward(logits.mul(logits).sum());
    }
    ImmutableMap<String, boolean[]> active = active(sub, full);
    all.forEach((name, leaf) -> {
      TensorSpec spec = requireNonNull(specs.get(name));
      if (!spec.role().trained()) {
        return;
      }
      NDArray gradient = Autograd.gradient(leaf);
      boolean[] inside = active.get(name);
      if (inside == null) {
        assertThat(gradient).as(name).isNull();
        return;
      }
      assertThat(gradient).as(name).isNotNull();
      float[] values = requireNonNull(gradient).toFloatArray();
      boolean reached = false;
      for (int i = 0; i < inside.length; i++) {
        reached |= values[i] != 0;
        if (!inside[i]) {
          assertThat(values[i]).as("%s, entry %d", name, i).isEqualTo(0f);
        }
      }
      assertThat(reached || spec.role() != Role.TRANSFORM).as(name).isTrue();
    });
  }

  /** By tensor of the super-net, which of its entries the sub-network has: by hand. */
  private static ImmutableMap<String, boolean[]> active(Architecture sub, Architecture full) {
    ImmutableMap<String, TensorSpec> specs = full.blueprint().byName();
    ImmutableMap.Builder<String, boolean[]> active = ImmutableMap.builder();
    for (TensorSpec tensor : sub.blueprint().tensors()) {
      String source = sub.family().source(tensor.name(), sub, full);
      TensorSpec from = requireNonNull(specs.get(source), source);
      boolean[] inside = new boolean[(int) from.count()];
      for (int entry = 0; entry < inside.length; entry++) {
        int rest = entry;
        boolean in = true;
        for (int axis = from.axes().size() - 1; axis >= 0; axis--) {
          int length = (int) from.axes().get(axis).length();
          int kept = (int) tensor.axes().get(axis).length();
          boolean window = tensor.role() == Role.KERNEL && axis >= 2;
          if (window && kept < length && specs.containsKey(matrix(source, length))) {
            // Every number of the first middle has a part in what the matrices make.
            kept = length - 2;
          }
          int first = window ? (length - kept) / 2 : 0;
          in &= rest % length >= first && rest % length < first + kept;
          rest /= length;
        }
        inside[entry] = in;
      }
      active.put(source, inside);
      if (tensor.role() == Role.KERNEL) {
        int to = (int) tensor.axes().get(2).length();
        for (int side = (int) from.axes().get(2).length(); side > to; side -= 2) {
          TensorSpec matrix = specs.get(matrix(source, side));
          if (matrix != null) {
            boolean[] all = new boolean[(int) matrix.count()];
            java.util.Arrays.fill(all, true);
            active.put(matrix.name(), all);
          }
        }
      }
    }
    return active.buildOrThrow();
  }

  private static String matrix(String kernel, int from) {
    return kernel.replace(".weight", "." + from + "to" + (from - 2) + "_matrix");
  }
}
