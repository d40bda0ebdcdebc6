package dev.retort.supernet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import dev.retort.supernet.Dropout;
import dev.retort.supernet.Network;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Span;
import dev.retort.supernet.Tap;
import dev.retort.supernet.Weights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.CentralDifferences;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks of vision Transformers by name: entered, left, tapped, with gradients to the pixels. */
final class VisionTransformerNetworkTest {
  private static final String SIZES = "vit:layers=3,hidden=12,heads=2/3/1,ratio=2/3/1,head-size=4,"
      + "patch=4,resolution=12,channels=2,classes=3";

  /** What the last block gives comes back anyway. */
  private static final Request NOTHING = new Request(false, ImmutableSet.of(), Dropout.NONE);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  @Test
  void blocksAndTapsAreNamed() {
    Network network = network("");
    assertThat(network.blocks()).containsExactly("embed", "layer.0", "layer.1", "layer.2", "head");
    assertThat(network.taps())
        .contains(Tap.hidden(0), Tap.hidden(3), Tap.query(2), new Tap("last_hidden_state"))
        .doesNotContain(Tap.hidden(4), new Tap("logits.class"))
        .hasSize(1 + 3 * 6 + 1 + 2 * 5);
    assertThat(network(",tokens=distilled").taps())
        .contains(new Tap("logits.class"), new Tap("logits.distillation"));
    assertThat(network.hasHead()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",tokens=distilled",
        ",tokens=distilled-one-head,qkv-bias=no",
        ",pooling=mean,relative-positions=autoformer",
        ",tokens=distilled,relative-positions=autoformer"
      })
  void enteredAndLeftAtAnyBlockItIsTheFullPass(String more) {
    Network network = network(more);
    Architecture architecture = network.architecture();
    Weights weights = RandomVision.weights(architecture, manager, 1, DataType.FLOAT32);
    ImageBatch images = RandomVision.images(architecture, manager, 1, 2, DataType.FLOAT32);
    Outputs full =
        network.forward(weights, images, new Request(true, network.taps(), Dropout.NONE));
    float[] logits = full.requireLogits().toFloatArray();
    assertThat(network.forward(weights, images, Request.LOGITS).requireLogits().toFloatArray())
        .isEqualTo(logits);
    for (String block : network.blocks()) {
      NDArray before = full.tap(Tap.before(block));
      NDArray after = full.tap(Tap.after(block));
      assertThat(network
              .forward(weights, images, new Span(block, block), before, NOTHING)
              .requireHidden()
              .toFloatArray())
          .as(block)
          .isEqualTo(after.toFloatArray());
      assertThat(network
              .forward(weights, images, Span.to(block), null, NOTHING)
              .requireHidden()
              .toFloatArray())
          .as(block)
          .isEqualTo(after.toFloatArray());
      assertThat(network
              .forward(weights, images, Span.from(block), before, Request.LOGITS)
              .requireLogits()
              .toFloatArray())
          .as(block)
          .isEqualTo(logits);
    }
  }

  @Test
  void tapsAloneGiveTheSame() {
    for (String more : List.of(",tokens=distilled", ",relative-positions=autoformer")) {
      Network network = network(more);
      Weights weights = RandomVision.weights(network.architecture(), manager, 2, DataType.FLOAT32);
      ImageBatch images =
          RandomVision.images(network.architecture(), manager, 2, 1, DataType.FLOAT32);
      Outputs full =
          network.forward(weights, images, new Request(true, network.taps(), Dropout.NONE));
      for (Tap tap : network.taps()) {
        assertThat(network.forward(weights, images, Request.taps(tap)).tap(tap).toFloatArray())
            .as(tap.name())
            .isEqualTo(full.tap(tap).toFloatArray());
      }
    }
  }

  @Test
  void logitsAreTheMeanOfBothHeads() {
    Network network = network(",tokens=distilled");
    Tap ofClass = new Tap("logits.class");
    Tap ofDistillation = new Tap("logits.distillation");
    Outputs outputs = network.forward(
        RandomVision.weights(network.architecture(), manager, 3, DataType.FLOAT32),
        RandomVision.images(network.architecture(), manager, 3, 2, DataType.FLOAT32),
        new Request(true, ImmutableSet.of(ofClass, ofDistillation), Dropout.NONE));
    float[] first = outputs.tap(ofClass).toFloatArray();
    float[] second = outputs.tap(ofDistillation).toFloatArray();
    float[] mean = outputs.requireLogits().toFloatArray();
    for (int i = 0; i < mean.length; i++) {
      assertThat(mean[i]).isEqualTo((first[i] + second[i]) / 2);
    }
    assertThat(first).isNotEqualTo(second);
  }

  @Test
  void anEncoderEndsWithItsNorm() {
    Architecture encoder = Architecture.parse(SIZES).with("classes", Value.of(0));
    Network network = Network.of(encoder, new EagerKernels());
    assertThat(network.hasHead()).isFalse();
    Weights weights = RandomVision.weights(encoder, manager, 4, DataType.FLOAT32);
    ImageBatch images = RandomVision.images(encoder, manager, 4, 2, DataType.FLOAT32);
    Tap last = new Tap("last_hidden_state");
    Outputs outputs = network.forward(weights, images, Request.taps(last));
    assertThat(outputs.tap(last).getShape().getShape()).containsExactly(2, 10, 12);
    assertThat(outputs.requireHidden().toFloatArray())
        .isEqualTo(outputs.tap(last).toFloatArray());
    assertThatThrownBy(() -> network.forward(weights, images, Request.LOGITS))
        .hasMessageContaining("no classes");
  }

  @Test
  void outputsBelongToTheBatchsManager() {
    Network network = network(",tokens=distilled,relative-positions=autoformer");
    Weights weights = RandomVision.weights(network.architecture(), manager, 5, DataType.FLOAT32);
    int before = manager.getManagedArrays().size();
    try (NDManager step = manager.newSubManager()) {
      Outputs outputs = network.forward(
          weights,
          RandomVision.images(network.architecture(), step, 5, 2, DataType.FLOAT32),
          new Request(true, network.taps(), Dropout.NONE));
      assertThat(outputs.requireLogits().getManager()).isSameAs(step);
      assertThat(outputs.taps().values())
          .allSatisfy(each -> assertThat(each.getManager()).isSameAs(step));
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ",tokens=distilled,relative-positions=autoformer", ",pooling=mean"})
  void gradientsReachThePixelsThroughAFrozenNetwork(String more) {
    for (Kernels kernels : List.of(new EagerKernels(), ScriptedKernels.float32())) {
      Architecture architecture = Architecture.parse(SIZES + more);
      Network network = Network.of(architecture, kernels);
      Weights weights = RandomVision.weights(architecture, manager, 6, DataType.FLOAT64);
      ImageBatch images = RandomVision.images(architecture, manager, 6, 2, DataType.FLOAT64);
      NDArray leaf = Autograd.leaf(images.pixels(), manager);
      try (Autograd recording = Autograd.recording()) {
        Autograd.backward(loss(network, weights, leaf));
      }
      weights.tensors().values().forEach(each -> assertThat(each.hasGradient()).isFalse());
      CentralDifferences.check(
          "pixels",
          pixels -> loss(network, weights, pixels),
          images.pixels(),
          Objects.requireNonNull(Autograd.gradient(leaf)),
          new int[] {0, 17, 143, 288, 400, 575});
    }
  }

  private NDArray loss(Network network, Weights weights, NDArray pixels) {
    NDArray logits = network
        .forward(weights, RandomVision.batch(pixels, manager), Request.LOGITS)
        .requireLogits();
    return logits.mul(logits).sum();
  }

  @Test
  void gradientsOfOneLayerAreDifferences() {
    for (String more : List.of(",qkv-bias=yes", ",relative-positions=autoformer")) {
      Network network = network(more);
      Architecture architecture = network.architecture();
      Weights weights = RandomVision.weights(architecture, manager, 7, DataType.FLOAT64);
      ImageBatch images = RandomVision.images(architecture, manager, 7, 1, DataType.FLOAT64);
      NDArray hidden =
          network.forward(weights, images, Span.to("layer.0"), null, NOTHING).requireHidden();
      ImmutableMap.Builder<String, NDArray> builder = ImmutableMap.builder();
      weights.tensors().forEach((name, each) -> builder.put(name, Autograd.leaf(each, manager)));
      ImmutableMap<String, NDArray> leaves = builder.buildOrThrow();
      try (Autograd recording = Autograd.recording()) {
        Autograd.backward(layerLoss(network, Weights.of(architecture, leaves), images, hidden));
      }
      leaves.forEach((name, leaf) -> {
        NDArray gradient = Autograd.gradient(leaf);
        if (!name.startsWith("vit.encoder.layer.1.")) {
          assertThat(gradient).as(name).isNull();
          return;
        }
        int last = (int) leaf.size() - 1;
        CentralDifferences.check(
            name,
            changed -> {
              ImmutableMap.Builder<String, NDArray> tensors = ImmutableMap.builder();
              tensors.putAll(weights.tensors()).put(name, changed);
              return layerLoss(
                  network, Weights.of(architecture, tensors.buildKeepingLast()), images, hidden);
            },
            weights.get(name),
            Objects.requireNonNull(gradient),
            new int[] {0, last / 2, last});
      });
    }
  }

  private static NDArray layerLoss(
      Network network, Weights weights, ImageBatch images, NDArray hidden) {
    NDArray after = network
        .forward(weights, images, new Span("layer.1", "layer.1"), hidden, NOTHING)
        .requireHidden();
    return after.mul(after).sum();
  }

  private static Network network(String more) {
    return Network.of(Architecture.parse(SIZES + more), new EagerKernels());
  }
}
