package dev.retort.supernet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.retort.data.ImageBatch;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.Network;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.format.SafetensorsFile;
import dev.retort.supernet.format.TensorEntry;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Small vision Transformers against what peers computed: see {@code forward_vit.py}. */
final class VisionTransformerReferenceTest {
  private static final Offset<Float> TOLERANCE = Offset.offset(1e-5f);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Arguments> folders() {
    return Stream.of("forward-vit", "forward-deit", "forward-deit-one-head")
        .flatMap(folder -> Stream.of(
            Arguments.of(folder, "eager", new EagerKernels()),
            Arguments.of(folder, "scripted", ScriptedKernels.float32())));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("folders")
  void everyOutputEqualsTransformers(String folder, String name, Kernels kernels)
      throws URISyntaxException {
    Weights weights = HuggingFaceFolder.read(path(folder), manager).weights();
    Network network = Network.of(weights.architecture(), kernels);
    Request request = new Request(true, network.taps(), Dropout.NONE);
    Outputs outputs = network.forward(weights, images(folder), request);
    SafetensorsFile expected = SafetensorsFile.open(path(folder).resolve("expected.safetensors"));
    assertThat(outputs.requireLogits().toFloatArray())
        .containsExactly(expected.floats("logits"), TOLERANCE);
    int compared = 0;
    for (TensorEntry entry : expected.entries()) {
      if (!entry.name().equals("logits")) {
        assertThat(outputs.tap(new Tap(entry.name())).toFloatArray())
            .as(entry.name())
            .containsExactly(expected.floats(entry.name()), TOLERANCE);
        compared++;
      }
    }
    // All but those before and after each block.
    assertThat(compared).isEqualTo(network.taps().size() - 2 * network.blocks().size());
  }

  @Test
  void foldersSayWhatTheyAre() throws URISyntaxException {
    assertThat(HuggingFaceFolder.architecture(path("forward-vit")))
        .hasToString("vit:layers=2,hidden=24,heads=3,ratio=1.75,head-size=8,patch=8,resolution=24,"
            + "classes=5,norm-epsilon=0.000000000001");
    assertThat(HuggingFaceFolder.architecture(path("forward-deit")))
        .hasToString("vit:layers=2,hidden=24,heads=4,ratio=4,head-size=6,patch=5,resolution=22,"
            + "channels=1,classes=5,tokens=distilled");
    assertThat(HuggingFaceFolder.architecture(path("forward-deit-one-head")).word("tokens"))
        .isEqualTo("distilled-one-head");
  }

  @Test
  void attentionWithRelativePositionsEqualsAutoFormers() throws URISyntaxException {
    Architecture architecture =
        Architecture.parse("vit:layers=2,hidden=12,heads=2/3,intermediate=18/30,head-size=4,"
            + "patch=2,resolution=34,channels=1,classes=5,pooling=mean,"
            + "relative-positions=autoformer,norm-epsilon=0.00001");
    SafetensorsFile file =
        SafetensorsFile.open(path("forward-autoformer").resolve("model.safetensors"));
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    file.entries().forEach(each -> tensors.put(each.name(), file.load(manager, each.name())));
    Network network = Network.of(architecture, new EagerKernels());
    Outputs outputs = network.forward(
        Weights.of(architecture, tensors),
        images("forward-autoformer"),
        new Request(true, network.taps(), Dropout.NONE));
    SafetensorsFile expected =
        SafetensorsFile.open(path("forward-autoformer").resolve("expected.safetensors"));
    assertThat(outputs.requireLogits().toFloatArray())
        .containsExactly(expected.floats("logits"), TOLERANCE);
    for (int i = 0; i < 3; i++) {
      assertThat(outputs.tap(Tap.hidden(i)).get(":, :20").toFloatArray())
          .containsExactly(expected.floats("hidden" + i), TOLERANCE);
    }
    NDArray sums = outputs.tap(Tap.attention(1)).sum(new int[] {3});
    assertThat(sums.getShape().getShape()).containsExactly(2, 3, 290);
    assertThat(sums.toFloatArray()).containsOnly(new float[] {1}, Offset.offset(1e-5f));
  }

  @Test
  void anImageDoesNotDependOnItsBatch() throws URISyntaxException {
    Weights weights = HuggingFaceFolder.read(path("forward-deit"), manager).weights();
    Network network = Network.of(weights.architecture(), new EagerKernels());
    NDArray pixels = images("forward-deit").pixels();
    float[] together = network
        .forward(weights, RandomVision.batch(pixels, manager), Request.LOGITS)
        .requireLogits()
        .get(1)
        .toFloatArray();
    assertThat(network
            .forward(weights, RandomVision.batch(pixels.get("1:2"), manager), Request.LOGITS)
            .requireLogits()
            .toFloatArray())
        .containsExactly(together, TOLERANCE);
  }

  @Test
  void whatTheNetworkCannotLookAtIsRefused() throws URISyntaxException {
    Weights weights = HuggingFaceFolder.read(path("forward-vit"), manager).weights();
    Network network = Network.of(weights.architecture(), new EagerKernels());
    for (long[] shape :
        List.of(new long[] {1, 3, 32, 32}, new long[] {1, 3, 24, 32}, new long[] {1, 1, 24, 24})) {
      NDArray pixels = manager.zeros(new Shape(shape));
      assertThatThrownBy(
              () -> network.forward(weights, RandomVision.batch(pixels, manager), Request.LOGITS))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("[B, 3, 24, 24]")
          .hasMessageContaining("resize");
    }
    NDArray ids = manager.zeros(new Shape(1, 4));
    TextBatch text = new TextBatch(ids, ids, ids, ids, new int[] {0});
    assertThatThrownBy(() -> network.forward(weights, text, Request.LOGITS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("looks at images");
  }

  private ImageBatch images(String folder) throws URISyntaxException {
    SafetensorsFile inputs = SafetensorsFile.open(path(folder).resolve("inputs.safetensors"));
    return RandomVision.batch(inputs.load(manager, "pixel_values"), manager);
  }

  private static Path path(String folder) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(VisionTransformerReferenceTest.class.getResource("/" + folder))
            .toURI());
  }
}
