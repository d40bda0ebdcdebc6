package dev.retort.supernet.image;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.Network;
import dev.retort.supernet.Normalization;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Span;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.SafetensorsFile;
import dev.retort.supernet.format.TensorEntry;
import dev.retort.supernet.kernel.EagerKernels;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small networks against what PyTorch computed (src/test/scripts/resnets.py). */
final class ResNetReferenceTest {
  private static final Offset<Float> TOLERANCE = Offset.offset(2e-5f);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static SafetensorsFile file(String name) throws Exception {
    return SafetensorsFile.open(Path.of(
        requireNonNull(ResNetReferenceTest.class.getResource("/resnets/" + name + ".safetensors"))
            .toURI()));
  }

  private Weights weights(SafetensorsFile file) {
    Architecture architecture =
        Architecture.parse(requireNonNull(file.metadata().get("architecture")));
    ImmutableMap.Builder<String, NDArray> tensors = ImmutableMap.builder();
    for (TensorSpec spec : architecture.blueprint().tensors()) {
      tensors.put(spec.name(), file.load(manager, spec.name()));
    }
    return Weights.of(architecture, tensors.buildOrThrow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "basic",
        "bottleneck",
        "bottleneck-1x1",
        "padding",
        "projection",
        "wide",
        "wide-plain",
        "vgg",
        "vgg-norm"
      })
  void outputsEqualThoseOfPyTorch(String name) throws Exception {
    SafetensorsFile file = file(name);
    Weights weights = weights(file);
    Network network = Network.of(weights.architecture(), new EagerKernels());
    ImageBatch batch = ResNetSamples.batch(file.load(manager, "input"));
    Outputs evaluated = network.forward(
        weights, batch, ResNetSamples.request(Normalization.RUNNING, network.taps()));
    assertThat(evaluated.statistics()).isEmpty();
    int compared = compare(file, "evaluation.", evaluated);
    Outputs trained =
        network.forward(weights, batch, ResNetSamples.request(Normalization.BATCH, network.taps()));
    compared += compare(file, "training.", trained);
    compared += weights.architecture().blueprint().tensors().size();
    // Every tensor of the file is the network's, the input or something that was compared.
    assertThat(file.entries()).hasSize(compared + 1);
  }

  /** The number of expected outputs, each of which was the network's. */
  private static int compare(SafetensorsFile file, String mode, Outputs outputs) {
    int compared = 0;
    for (TensorEntry entry : file.entries()) {
      if (!entry.name().startsWith(mode)) {
        continue;
      }
      String name = entry.name().substring(mode.length());
      NDArray actual;
      if (name.equals("logits")) {
        actual = outputs.requireLogits();
      } else if (name.startsWith("stage")) {
        actual = outputs.tap(new Tap(name));
      } else {
        actual = requireNonNull(outputs.statistics().get(name), name);
      }
      assertThat(actual.toFloatArray())
          .as(entry.name())
          .containsExactly(file.floats(entry.name()), TOLERANCE);
      compared++;
    }
    return compared;
  }

  /** Leaves the network after each block and enters it again there. */
  @ParameterizedTest
  @ValueSource(strings = {"basic", "bottleneck", "padding", "wide", "vgg"})
  void aNetworkCanBeLeftAndEnteredAtAnyBlock(String name) throws Exception {
    SafetensorsFile file = file(name);
    Weights weights = weights(file);
    Network network = Network.of(weights.architecture(), new EagerKernels());
    ImageBatch batch = ResNetSamples.batch(file.load(manager, "input"));
    Outputs whole = network.forward(
        weights, batch, ResNetSamples.request(Normalization.RUNNING, network.taps()));
    for (int i = 1; i < network.blocks().size(); i++) {
      String before = network.blocks().get(i - 1);
      String block = network.blocks().get(i);
      NDArray entry = whole.tap(Tap.after(before));
      assertThat(entry.toFloatArray()).isEqualTo(whole.tap(Tap.before(block)).toFloatArray());
      Outputs rest = network.forward(
          weights, batch, Span.from(block), entry, dev.retort.supernet.Request.LOGITS);
      assertThat(rest.requireLogits().toFloatArray())
          .isEqualTo(whole.requireLogits().toFloatArray());
    }
    NDArray pooled = whole.tap(new Tap("pooled"));
    assertThat(pooled.getShape().dimension()).isEqualTo(2);
  }
}
