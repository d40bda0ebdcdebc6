package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.space.TensorSpec.Role;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.CentralDifferences;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels.Resizing;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that give landmarks, masks and larger images. */
final class HeadsTest {
  private static final String RESNET = "depth=1/1,width=4/5,resolution=6";

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static Architecture parse(String text) {
    return Architecture.parse(text.replace(';', ','));
  }

  private static Network network(Architecture architecture) {
    return Network.of(architecture, new EagerKernels());
  }

  /** Torch's numbers; src/test/scripts/heads.py has the formulas of weights and pixels. */
  @ParameterizedTest
  @CsvSource({
    "scale2, super-resolution:layers=2;width=4;expand=1/1.5;resolution=4",
    "scale3, super-resolution:layers=2;width=4;expand=1/1.5;resolution=4;scale=3;skip=bicubic;"
        + "residual-scale=0.5",
    "scale4, super-resolution:layers=2;width=4;expand=1/1.5;resolution=4;scale=4;skip=nearest",
    "segmentation, resnet-segmentation:depth=1/1;width=4/5;resolution=6;decoder=3",
    "landmarks, resnet-landmarks:depth=1/1;width=4/5;resolution=6;points=2"
  })
  void valuesAreTorchs(String key, String text) throws IOException {
    Architecture architecture = parse(text);
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    int k = 0;
    for (TensorSpec spec : architecture.blueprint().tensors()) {
      double[] values = new double[(int) spec.count()];
      boolean one = spec.role() == Role.NORM_GAIN || spec.role() == Role.VARIANCE;
      for (int i = 0; i < values.length; i++) {
        values[i] = 0.3 * Math.cos(0.7 * (k + 1) + 0.9 * (i + 1)) + (one ? 1 : 0);
      }
      tensors.put(spec.name(), manager.create(values, new Shape(spec.shape())));
      k++;
    }
    int side = architecture.integer("resolution");
    double[] pixels = new double[2 * 3 * side * side];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = 0.5 + 0.5 * Math.sin(0.3 * i + 1);
    }
    NDArray images = manager.create(pixels, new Shape(2, 3, side, side));
    ImageBatch batch = new ImageBatch(images, manager.zeros(new Shape(2)), new int[] {0, 1});
    double[] found = network(architecture)
        .forward(Weights.of(architecture, tensors), batch, Request.LOGITS)
        .requireLogits()
        .toDoubleArray();
    try (InputStream in = HeadsTest.class.getResourceAsStream("/heads/reference.json")) {
      JsonNode expected =
          new ObjectMapper().readTree(Objects.requireNonNull(in, "the numbers")).path(key);
      assertThat(found).hasSize(expected.size());
      for (int i = 0; i < found.length; i++) {
        double value = expected.get(i).asDouble();
        assertThat(found[i])
            .as("%s %d", key, i)
            .isCloseTo(value, within(1e-7 + 1e-7 * Math.abs(value)));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "resnet-landmarks:depth=1/1;width=4/5;resolution=6;points=7, 2;14",
    "vgg-landmarks:depth=1/1;width=4/5;head-width=6;points=3, 2;6",
    "mobilenet-v2-landmarks:resolution=32;points=5, 2;10",
    "vit-landmarks:hidden=8;layers=1;heads=2;ratio=2;resolution=32;patch=16;points=5, 2;10",
    "resnet-segmentation:depth=1/1/1;width=4/5/6;resolution=12;decoder=3;regions=4, 2;4;12;12",
    "resnet-segmentation:depth=1/1;width=4/5;stem=imagenet;resolution=32;regions=1, 2;1;32;32",
    "vgg-segmentation:depth=1/1;width=4/5;resolution=9, 2;2;9;9",
    "wrn-segmentation:depth=1/1/1;width=4/5/6;resolution=8;regions=3, 2;3;8;8",
    "mobilenet-v1-segmentation:resolution=32;multiplier=0.25;regions=3, 2;3;32;32",
    "mobilenet-v2-segmentation:resolution=64;multiplier=0.35;regions=3, 2;3;64;64",
    "mobilenet-v3-segmentation:resolution=32;regions=3;decoder=8, 2;3;32;32",
    "mobilenet-v3-landmarks:resolution=32;points=5, 2;10",
    "shufflenet-v2-segmentation:resolution=32;regions=3;decoder=8, 2;3;32;32",
    "shufflenet-v2-landmarks:resolution=32;points=5, 2;10",
    "vit-segmentation:hidden=8;layers=2;heads=2;ratio=2;resolution=32;patch=8;regions=3, 2;3;32;32",
    "super-resolution:layers=1;width=3;resolution=5;scale=4;channels=3, 2;3;20;20"
  })
  void everyHeadHasItsShape(String text, String shape) {
    Architecture architecture = parse(text);
    Weights weights = Samples.weights(architecture, manager, 2);
    NDArray logits = network(architecture)
        .forward(weights, images(architecture, 2), Request.LOGITS)
        .requireLogits();
    assertThat(logits.getShape().toString()).isEqualTo("(" + shape.replace(";", ", ") + ")");
  }

  private ImageBatch images(Architecture architecture, int size) {
    return ToyImages.batch(manager, 8, size, architecture.integer("resolution"));
  }

  @ParameterizedTest
  @CsvSource({
    "resnet-segmentation:depth=2/2;width=6/8;resolution=8;decoder=5,"
        + "resnet-segmentation:depth=1/2;width=4/8;resolution=8;decoder=3",
    "resnet-landmarks:depth=2/2;width=6/8;resolution=8;points=3,"
        + "resnet-landmarks:depth=1/2;width=4/8;resolution=8;points=3",
    "super-resolution:layers=3;width=6;expand=1/2/1;resolution=5;scale=4;skip=bicubic,"
        + "super-resolution:layers=2;width=4;expand=0.5/1;resolution=5;scale=4;skip=bicubic"
  })
  void extractedStudentEqualsItsSubNetwork(String larger, String smaller) {
    Architecture full = parse(larger);
    Architecture sub = parse(smaller);
    SharedWeights shared =
        new SharedWeights(Samples.weights(full, manager, 4), new LeadingSlicing());
    Weights view = shared.view(sub, manager);
    Weights student = shared.extract(sub, manager);
    ImageBatch batch = images(sub, 3);
    float[] expected =
        network(sub).forward(view, batch, Request.LOGITS).requireLogits().toFloatArray();
    assertThat(
            network(sub).forward(student, batch, Request.LOGITS).requireLogits().toFloatArray())
        .isEqualTo(expected);
    assertThat(student.tensors()).hasSize(sub.blueprint().tensors().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet-segmentation:depth=1/1,width=3/4,resolution=6,decoder=2",
        "super-resolution:layers=2,width=3,resolution=3,scale=3,skip=bicubic,residual-scale=0.5"
      })
  void gradientsAreDifferences(String text) {
    Architecture architecture = Architecture.parse(text);
    Weights weights = Samples.weights(architecture, manager, 4, DataType.FLOAT64);
    ImageBatch floats = images(architecture, 2);
    ImageBatch batch = new ImageBatch(
        floats.pixels().toType(DataType.FLOAT64, false), floats.labels(), floats.indices());
    ImmutableMap<String, NDArray> leaves = leaves(weights, manager);
    try (Autograd recording = Autograd.recording()) {
      Autograd.backward(loss(architecture, leaves, batch));
    }
    for (TensorSpec spec : architecture.blueprint().tensors()) {
      if (spec.role().trained()) {
        int last = (int) spec.count() - 1;
        CentralDifferences.check(
            spec.name(),
            changed -> {
              Map<String, NDArray> tensors = new LinkedHashMap<>(weights.tensors());
              tensors.put(spec.name(), changed);
              return loss(architecture, tensors, batch);
            },
            weights.get(spec.name()),
            Objects.requireNonNull(
                Autograd.gradient(Objects.requireNonNull(leaves.get(spec.name())))),
            new int[] {0, last / 2, last});
      }
    }
  }

  private static ImmutableMap<String, NDArray> leaves(Weights weights, NDManager scope) {
    ImmutableMap.Builder<String, NDArray> leaves = ImmutableMap.builder();
    for (TensorSpec spec : weights.architecture().blueprint().tensors()) {
      NDArray value = weights.get(spec.name());
      leaves.put(spec.name(), spec.role().trained() ? Autograd.leaf(value, scope) : value);
    }
    return leaves.buildOrThrow();
  }

  /** The mean squared error against a target that is what the pixels say, as large as needed. */
  private static NDArray loss(
      Architecture architecture, Map<String, NDArray> tensors, ImageBatch batch) {
    NDArray logits = network(architecture)
        .forward(Weights.of(architecture, tensors), batch, Request.LOGITS)
        .requireLogits();
    NDArray target = target(logits.getShape(), batch);
    NDArray difference = logits.sub(target);
    return difference.mul(difference).mean();
  }

  private static NDArray target(Shape shape, ImageBatch batch) {
    NDArray bright = batch.pixels().get(":, :1");
    if (shape.dimension() == 2) {
      return bright.reshape(shape.get(0), -1).get(":, :" + shape.get(1));
    }
    return new EagerKernels()
        .resize(bright, (int) shape.get(2), (int) shape.get(3), Resizing.NEAREST)
        .broadcast(shape);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet-segmentation:depth=1/1,width=6/8,resolution=8,decoder=6",
        "resnet-landmarks:depth=1/1,width=6/8,resolution=8,points=3",
        "super-resolution:layers=2,width=6,resolution=6"
      })
  void aShortTrainingLowersTheLoss(String text) {
    Architecture architecture = Architecture.parse(text);
    Weights weights = InitialWeights.random(architecture, new RandomStreams(3), manager);
    ImageBatch batch = images(architecture, 4);
    double first = 0;
    double last = 0;
    for (int step = 0; step < 30; step++) {
      try (NDManager scope = manager.newSubManager()) {
        ImmutableMap<String, NDArray> leaves = leaves(weights, scope);
        try (Autograd recording = Autograd.recording()) {
          NDArray loss = loss(architecture, leaves, batch);
          last = loss.getFloat();
          Autograd.backward(loss);
        }
        first = step == 0 ? last : first;
        descend(weights, leaves);
      }
    }
    assertThat(last).isLessThan(0.8 * first);
  }

  /** A step of a fixed length along the gradient. */
  private static void descend(Weights weights, ImmutableMap<String, NDArray> leaves) {
    try (Autograd off = Autograd.off()) {
      double squares = 0;
      for (NDArray leaf : leaves.values()) {
        NDArray gradient = Autograd.gradient(leaf);
        squares += gradient == null ? 0 : gradient.square().sum().getFloat();
      }
      double step = 0.1 / Math.sqrt(squares);
      leaves.forEach((name, leaf) -> {
        NDArray gradient = Autograd.gradient(leaf);
        if (gradient != null) {
          weights.get(name).subi(gradient.mul((float) step));
        }
      });
    }
  }

  @Test
  void aDecoderIsNotEnteredWithoutTheStagesThatItReads() {
    Architecture architecture = Architecture.parse("resnet-segmentation:" + RESNET + ",decoder=3");
    Weights weights = Samples.weights(architecture, manager, 2);
    ImageBatch batch = images(architecture, 2);
    Tap into = Tap.before("head");
    NDArray entry =
        network(architecture).forward(weights, batch, Request.taps(into)).tap(into);
    assertThatThrownBy(() ->
            network(architecture).forward(weights, batch, Span.from("head"), entry, Request.LOGITS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reads block (stage1.block0)");
    // From the stage that it reads on, all is there.
    Tap first = Tap.before("stage1.block0");
    NDArray early =
        network(architecture).forward(weights, batch, Request.taps(first)).tap(first);
    assertThat(network(architecture)
            .forward(weights, batch, Span.from("stage1.block0"), early, Request.LOGITS)
            .requireLogits()
            .toFloatArray())
        .isEqualTo(network(architecture)
            .forward(weights, batch, Request.LOGITS)
            .requireLogits()
            .toFloatArray());
  }

  @Test
  void weightsOfAClassifiersBackboneFit() {
    Architecture classifier = Architecture.parse("resnet:" + RESNET);
    Architecture masks = Architecture.parse("resnet-segmentation:" + RESNET);
    assertThat(masks.blueprint().tensors().stream()
            .filter(tensor -> !tensor.name().startsWith("decoder.")))
        .containsExactlyElementsOf(classifier.blueprint().tensors().stream()
            .filter(tensor -> !tensor.name().startsWith("fc."))
            .toList());
    assertThat(IntStream.of(masks.layers(), masks.family().stages(masks))).containsExactly(2, 2);
  }
}
