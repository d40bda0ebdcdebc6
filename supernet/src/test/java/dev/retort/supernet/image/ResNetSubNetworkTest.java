package dev.retort.supernet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sub-networks, drawn at random, of small super-nets of every kind. */
final class ResNetSubNetworkTest {
  private static final int SEEDS = 6;

  /** Super-nets: the sizes that sub-networks choose for themselves come first. */
  private static final List<String> FULL = List.of(
      "resnet:depth=3/2/3,width=8/12/16,resolution=13,classes=5",
      "resnet:depth=3/2/3,width=8/12/16,shortcut=padding,resolution=12,classes=5",
      "resnet:depth=2/3,width=6/8,block=bottleneck,expansion=3,inner=1.5,stem=imagenet,"
          + "stem-width=7,resolution=33,classes=5",
      "resnet:depth=2/3,width=6/8,block=bottleneck,downsample=1x1,resolution=10,classes=5",
      "wrn:depth=2/3/2,width=8/10/12,stem-width=6,resolution=12,classes=5",
      "vgg:depth=2/3/2,width=8/6/9,head-side=2,head-width=11,resolution=20,classes=5",
      "vgg:depth=2/2,width=8/6,norm=none,head-width=11,resolution=9,classes=5");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> cases() {
    return FULL.stream().flatMap(full -> IntStream.rangeClosed(1, SEEDS)
        .mapToObj(seed -> Arguments.of(Architecture.parse(full), seed)));
  }

  /** An architecture within another: its depths, widths and what else is elastic drawn. */
  private static Architecture sub(Architecture full, long seed) {
    RandomGenerator random = new RandomStreams(seed).at("sub", 0);
    int stages = full.family().stages(full);
    int[] widths = new int[stages];
    int least = 1;
    for (int stage = 0; stage < stages; stage++) {
      // Padded shortcuts cannot take planes away.
      widths[stage] = Math.max(least, 1 + random.nextInt(full.integer("width", stage)));
      least = full.toString().contains("padding") ? widths[stage] : 1;
    }
    StringBuilder text = new StringBuilder(full.family().name());
    text.append(":depth=")
        .append(joined(IntStream.range(0, stages)
            .map(stage -> 1 + random.nextInt(full.integer("depth", stage)))));
    text.append(",width=").append(joined(IntStream.of(widths)));
    for (var value : full.values().entrySet()) {
      String chosen = value.getValue().toString();
      switch (value.getKey()) {
        case "depth", "width" -> {
          continue;
        }
        case "stem-width" -> {
          if (full.toString().contains("padding") || full.integer("stem-width") == 8) {
            continue;
          }
          chosen = String.valueOf(1 + random.nextInt(full.integer("stem-width")));
        }
        case "head-width" -> chosen = String.valueOf(1 + random.nextInt(11));
        case "inner" ->
          chosen = full.number("inner", 0) == 1
              ? "1"
              : String.format(Locale.ROOT, "%.1f", 0.2 + random.nextInt(14) / 10.0);
        default -> {}
      }
      text.append(',').append(value.getKey()).append('=').append(chosen);
    }
    return Architecture.parse(text.toString());
  }

  private static String joined(IntStream numbers) {
    return numbers.mapToObj(String::valueOf).collect(Collectors.joining("/"));
  }

  /** Whether every shortcut that a sub-network needs is in its super-net. */
  private static boolean fits(Architecture sub, Architecture full) {
    var there = full.blueprint().byName().keySet();
    return sub.blueprint().tensors().stream()
        .allMatch(each -> there.contains(sub.family().source(each.name(), sub, full)));
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("cases")
  void extractedStudentEqualsItsSubNetwork(Architecture full, long seed, @TempDir Path folder) {
    Architecture sub = sub(full, seed);
    SharedWeights shared = shared(full, seed);
    if (!fits(sub, full)) {
      assertThatThrownBy(() -> shared.view(sub, manager)).hasMessageContaining("it needs tensor");
      return;
    }
    Weights view = shared.view(sub, manager);
    Weights student = shared.extract(sub, manager);
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
      assertThat(ofView.statistics().isEmpty())
          .isEqualTo(normalization == Normalization.RUNNING || full.toString().contains("=none"));
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
    expected.statistics().forEach((name, value) -> {
      NDArray own = actual.statistics().get(name);
      assertThat(own).as(name).isNotNull();
      assertThat(own == null ? new float[0] : own.toFloatArray()).isEqualTo(value.toFloatArray());
    });
  }

  private SharedWeights shared(Architecture full, long seed) {
    return new SharedWeights(
        ResNetSamples.weights(full, manager, seed, DataType.FLOAT32), new LeadingSlicing());
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @MethodSource("cases")
  void gradientsOutsideTheSubNetworkAreZero(Architecture full, long seed) {
    Architecture sub = sub(full, seed);
    if (!fits(sub, full)) {
      return;
    }
    ImmutableMap<String, TensorSpec> specs = full.blueprint().byName();
    SharedWeights shared = shared(full, seed);
    ImmutableMap.Builder<String, NDArray> leaves = ImmutableMap.builder();
    shared.full().tensors().forEach((name, tensor) -> {
      TensorSpec spec = specs.get(name);
      boolean trained = spec != null && spec.role().trained();
      leaves.put(name, trained ? Autograd.leaf(tensor, manager) : tensor);
    });
    ImmutableMap<String, NDArray> all = leaves.buildOrThrow();
    Network network = Network.of(sub, new EagerKernels());
    ImageBatch batch = ResNetSamples.batch(sub, manager, seed, 4, DataType.FLOAT32);
    try (Autograd recording = Autograd.recording()) {
      Weights view = shared.over(all).view(sub, manager);
      NDArray logits = network
          .forward(view, batch, ResNetSamples.request(Normalization.BATCH, List.of()))
          .requireLogits();
      Autograd.backward(logits.mul(logits).sum());
    }
    ImmutableMap<String, boolean[]> active = active(sub, full);
    int reached = 0;
    for (var leaf : all.entrySet()) {
      TensorSpec spec = specs.get(leaf.getKey());
      if (spec == null || !spec.role().trained()) {
        continue;
      }
      NDArray gradient = Autograd.gradient(leaf.getValue());
      boolean[] inside = active.get(leaf.getKey());
      if (inside == null) {
        assertThat(gradient).as(leaf.getKey()).isNull();
        continue;
      }
      assertThat(gradient).as(leaf.getKey()).isNotNull();
      float[] values = gradient == null ? new float[0] : gradient.toFloatArray();
      for (int i = 0; i < inside.length; i++) {
        reached += inside[i] && values[i] != 0 ? 1 : 0;
        if (!inside[i]) {
          assertThat(values[i]).as("%s, entry %d", leaf.getKey(), i).isEqualTo(0f);
        }
      }
    }
    assertThat(reached).isPositive();
  }

  /** By tensor of the super-net, which of its entries the sub-network has: by hand. */
  private static ImmutableMap<String, boolean[]> active(Architecture sub, Architecture full) {
    ImmutableMap<String, TensorSpec> specs = full.blueprint().byName();
    ImmutableMap.Builder<String, boolean[]> active = ImmutableMap.builder();
    for (TensorSpec tensor : sub.blueprint().tensors()) {
      String source = sub.family().source(tensor.name(), sub, full);
      TensorSpec from = specs.get(source);
      if (from == null) {
        throw new AssertionError("No tensor " + source + " in " + full);
      }
      boolean[] inside = new boolean[(int) from.count()];
      for (int entry = 0; entry < inside.length; entry++) {
        int rest = entry;
        boolean in = true;
        for (int axis = from.axes().size() - 1; axis >= 0; axis--) {
          int length = (int) from.axes().get(axis).length();
          in &= rest % length < tensor.axes().get(axis).length();
          rest /= length;
        }
        inside[entry] = in;
      }
      active.put(source, inside);
    }
    return active.buildOrThrow();
  }

  /** The rule of option A: half of the missing planes on either side, the smaller half first. */
  @Test
  void paddedShortcutsAreCentredInTheSubNetworksOwnPlanes() {
    Architecture sub =
        Architecture.parse("resnet:depth=1/1,width=2/5,shortcut=padding,resolution=5,classes=0");
    Weights random = ResNetSamples.weights(sub, manager, 3, DataType.FLOAT32);
    ImmutableMap.Builder<String, NDArray> tensors = ImmutableMap.builder();
    // What is not the shortcut gives nothing.
    random
        .tensors()
        .forEach((name, tensor) -> tensors.put(
            name,
            name.startsWith("layer2.0.bn2.weight") || name.startsWith("layer2.0.bn2.bias")
                ? tensor.zerosLike()
                : tensor));
    Network network = Network.of(sub, new EagerKernels());
    ImageBatch batch = ResNetSamples.batch(sub, manager, 3, 1, DataType.FLOAT32);
    Outputs outputs = network.forward(
        Weights.of(sub, tensors.buildOrThrow()),
        batch,
        Request.taps(new dev.retort.supernet.Tap("stage1"), new dev.retort.supernet.Tap("stage2")));
    NDArray before = outputs.tap(new dev.retort.supernet.Tap("stage1"));
    NDArray after = outputs.tap(new dev.retort.supernet.Tap("stage2"));
    assertThat(after.get(":, 1:3").toFloatArray())
        .isEqualTo(before.get(":, :, ::2, ::2").toFloatArray());
    assertThat(after.get(":, :1").toFloatArray()).containsOnly(0f);
    assertThat(after.get(":, 3:").toFloatArray()).containsOnly(0f);
  }
}
