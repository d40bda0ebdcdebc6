package dev.retort.supernet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.space.image.VisionTransformerFamily;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.ImportanceSlicing;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.Network;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Slicing;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.StudentFolder;
import dev.retort.supernet.format.WholeFolder;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sub-networks of a vision super-net, drawn at random. */
final class VisionTransformerSlicingTest {
  private static final List<String> KINDS = List.of(
      "",
      ",tokens=distilled",
      ",relative-positions=autoformer,pooling=mean",
      ",tokens=distilled-one-head,relative-positions=autoformer");

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 16);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void extractedStudentEqualsItsSubNetwork(long seed, @TempDir Path folder) {
    Architecture full = full(seed);
    Architecture sub = sub(seed);
    SharedWeights shared = new SharedWeights(
        RandomVision.weights(full, manager, seed, DataType.FLOAT32), new LeadingSlicing());
    Weights view = shared.view(sub, manager);
    Weights student = shared.extract(sub, manager);
    Path target = folder.resolve("student");
    StudentFolder.write(
        target,
        WholeFolder.Existing.REFUSE,
        student,
        StudentFolder.Description.ofImages(ImmutableList.of(), null, ImmutableMap.of()),
        writer -> {});
    Weights read = StudentFolder.read(target, manager).weights();
    assertThat(read.architecture()).isEqualTo(sub);
    ImageBatch images = RandomVision.images(sub, manager, seed, 3, DataType.FLOAT32);
    for (Kernels kernels :
        List.of(new EagerKernels(), ScriptedKernels.float32(), ScriptedKernels.bf16())) {
      Network network = Network.of(sub, kernels);
      Request request = new Request(true, network.taps(), Dropout.NONE);
      Outputs ofView = network.forward(view, images, request);
      for (Weights weights : List.of(student, read)) {
        Outputs outputs = network.forward(weights, images, request);
        assertThat(outputs.requireLogits().toFloatArray())
            .as("logits of %s", sub)
            .isEqualTo(ofView.requireLogits().toFloatArray());
        for (Tap tap : request.taps()) {
          assertThat(outputs.tap(tap).toFloatArray())
              .as("%s of %s", tap.name(), sub)
              .isEqualTo(ofView.tap(tap).toFloatArray());
        }
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void gradientsOutsideTheActiveSliceAreExactlyZero(long seed) {
    Architecture full = full(seed);
    Architecture sub = sub(seed);
    Weights weights = RandomVision.weights(full, manager, seed, DataType.FLOAT32);
    SharedWeights shared = new SharedWeights(weights, new LeadingSlicing());
    ImmutableMap.Builder<String, NDArray> builder = ImmutableMap.builder();
    weights.tensors().forEach((name, each) -> builder.put(name, Autograd.leaf(each, manager)));
    ImmutableMap<String, NDArray> leaves = builder.buildOrThrow();
    ImageBatch images = RandomVision.images(sub, manager, seed, 2, DataType.FLOAT32);
    try (Autograd recording = Autograd.recording()) {
      NDArray logits = Network.of(sub, new EagerKernels())
          .forward(shared.over(leaves).view(sub, manager), images, Request.LOGITS)
          .requireLogits();
      Autograd.backward(logits.mul(logits).sum());
    }
    Set<String> touched = new HashSet<>();
    for (TensorSpec spec : sub.blueprint().tensors()) {
      String source = Slicing.source(spec, sub, full);
      touched.add(source);
      NDArray gradient =
          Objects.requireNonNull(Autograd.gradient(Objects.requireNonNull(leaves.get(source))));
      assertThat(outside(gradient, spec.shape())).as(source).containsOnly(0f);
      // What a key's bias adds to all scores of a query alike, softmax takes away.
      if (!source.endsWith("attention.key.bias")) {
        assertThat(gradient.abs().sum().getFloat()).as(source).isPositive();
      }
    }
    leaves.forEach((name, leaf) -> {
      if (!touched.contains(name)) {
        assertThat(Autograd.gradient(leaf)).as(name).isNull();
      }
    });
  }

  /** The entries behind the leading ones, and one zero. Heads are of one size in all networks. */
  private static float[] outside(NDArray gradient, long[] leading) {
    long[] shape = gradient.getShape().getShape();
    float[] values = gradient.toFloatArray();
    float[] result = new float[values.length + 1];
    for (int i = 0; i < values.length; i++) {
      long rest = i;
      boolean inside = true;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        inside &= rest % shape[axis] < leading[axis];
        rest /= shape[axis];
      }
      result[i] = inside ? 0 : values[i];
    }
    return result;
  }

  @Test
  void layersAreTakenByTheirShareOfTheDepth() {
    Architecture full = full(1);
    Weights weights = RandomVision.weights(full, manager, 1, DataType.FLOAT32);
    Architecture sub = Architecture.parse(full.toString().replace("layers=5", "layers=3"));
    Weights view = new SharedWeights(weights, new LeadingSlicing()).view(sub, manager);
    int[] sources = {0, 1, 3};
    String prefix = full.toString().contains("distilled") ? "deit." : "vit.";
    for (int layer = 0; layer < 3; layer++) {
      String name = ".intermediate.dense.weight";
      assertThat(view.get(prefix + "encoder.layer." + layer + name).toFloatArray())
          .isEqualTo(
              weights.get(prefix + "encoder.layer." + sources[layer] + name).toFloatArray());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",tokens=distilled", ",relative-positions=autoformer"})
  void sortedByImportanceItIsTheSameFunction(String kind) {
    Architecture architecture =
        Architecture.parse("vit:layers=3,hidden=16,heads=1/3/2,intermediate=20/9/14,head-size=8,"
            + "patch=2,resolution=8,classes=4" + kind);
    Weights weights = RandomVision.weights(architecture, manager, 3, DataType.FLOAT32);
    Weights sorted = new ImportanceSlicing().prepared(weights, manager);
    String up =
        VisionTransformerFamily.prefix(architecture) + "encoder.layer.1.intermediate.dense.weight";
    assertThat(sorted.get(up).toFloatArray()).isNotEqualTo(weights.get(up).toFloatArray());
    Network network = Network.of(architecture, new EagerKernels());
    ImageBatch images = RandomVision.images(architecture, manager, 3, 2, DataType.FLOAT32);
    assertThat(network.forward(sorted, images, Request.LOGITS).requireLogits().toFloatArray())
        .containsExactly(
            network.forward(weights, images, Request.LOGITS).requireLogits().toFloatArray(),
            Offset.offset(1e-4f));
  }

  @Test
  void otherPatchesDoNotFit() {
    Architecture full = full(4);
    SharedWeights shared = new SharedWeights(
        RandomVision.weights(full, manager, 1, DataType.FLOAT32), new LeadingSlicing());
    Architecture sub = Architecture.parse(full.toString().replace("resolution=8", "resolution=4"));
    assertThatThrownBy(() -> shared.view(sub, manager))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("resolution (4), not (8)");
  }

  private static Architecture full(long seed) {
    return Architecture.parse("vit:layers=5,hidden=32,heads=4,intermediate=50,head-size=8,patch=2,"
        + "resolution=8,classes=4" + KINDS.get((int) (seed % KINDS.size())));
  }

  /** An architecture inside the full one, every elastic dimension drawn, by layer where it may. */
  private static Architecture sub(long seed) {
    RandomGenerator random = new RandomStreams(seed).at("sub", 0);
    int layers = 1 + random.nextInt(5);
    return Architecture.parse(String.format(
        Locale.ROOT,
        "vit:layers=%d,hidden=%d,heads=%s,intermediate=%s,head-size=8,patch=2,resolution=8,"
            + "classes=4%s",
        layers,
        4 + random.nextInt(29),
        each(layers, 4, random),
        each(layers, 50, random),
        KINDS.get((int) (seed % KINDS.size()))));
  }

  private static String each(int layers, int most, RandomGenerator random) {
    return IntStream.range(0, layers)
        .mapToObj(layer -> Integer.toString(1 + random.nextInt(most)))
        .collect(Collectors.joining("/"));
  }
}
