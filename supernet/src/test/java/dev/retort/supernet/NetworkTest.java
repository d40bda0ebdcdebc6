package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Multiset;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NetworkTest {
  private static final String SIZES =
      "bert:layers=3,hidden=16,heads=2,ratio=2,head-size=8,vocabulary=30,positions=10,classes=3";
  private static final Architecture SMALL = Architecture.parse(SIZES);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static Stream<Named<Kernels>> kernels() {
    return Stream.of(
        Named.of("eager", new EagerKernels()),
        Named.of("scripted", ScriptedKernels.float32()),
        Named.of("bf16", ScriptedKernels.bf16()));
  }

  @Test
  void blocksAndTapsAreNamed() {
    Network network = Network.of(SMALL, new EagerKernels());
    assertThat(network.architecture()).isEqualTo(SMALL);
    assertThat(network.blocks()).containsExactly("embed", "layer.0", "layer.1", "layer.2", "head");
    assertThat(network.taps())
        .contains(Tap.hidden(0), Tap.hidden(3), Tap.query(2), new Tap("last_hidden_state"))
        .doesNotContain(Tap.hidden(4), Tap.query(3))
        .contains(Tap.before("layer.1"), Tap.after("head"))
        .hasSize(1 + 3 * 6 + 1 + 2 * 5);
    assertThat(Network.of(encoder(), new EagerKernels()).blocks()).doesNotContain("head");
  }

  @Test
  void onlyWhatWasAskedForComesBack() {
    ImmutableSet<Tap> wanted = ImmutableSet.of(Tap.key(1), Tap.hidden(2), Tap.attention(0));
    Outputs outputs = forward(new EagerKernels(), SMALL, new Request(false, wanted, Dropout.NONE));
    assertThat(outputs.taps().keySet()).containsExactlyInAnyOrderElementsOf(wanted);
    assertThat(outputs.logits()).isNull();
    assertThatThrownBy(outputs::requireLogits).hasMessageContaining("logits");
    assertThatThrownBy(() -> outputs.tap(Tap.key(0))).hasMessageContaining("layer0.k");

    Outputs logits = forward(new EagerKernels(), SMALL, Request.LOGITS);
    assertThat(logits.taps()).isEmpty();
    assertThat(logits.requireLogits().getShape().getShape()).containsExactly(2, 3);
  }

  @Test
  void tapsDoNotChangeTheLogits() {
    ImmutableSet<Tap> all = Network.of(SMALL, new EagerKernels()).taps();
    Outputs with = forward(new EagerKernels(), SMALL, new Request(true, all, Dropout.NONE));
    Outputs without = forward(new EagerKernels(), SMALL, Request.LOGITS);
    assertThat(with.requireLogits().toFloatArray())
        .isEqualTo(without.requireLogits().toFloatArray());
  }

  @Test
  void layersAboveTheLastTapAreNotRun() {
    Multiset<String> embeddings = calls(Tap.hidden(0));
    assertThat(embeddings.count("embedding")).isEqualTo(2);
    assertThat(embeddings.count("linear")).isZero();

    Multiset<String> queries = calls(Tap.query(1));
    assertThat(queries.count("linear")).isEqualTo(6 + 3);
    assertThat(queries.count("attention")).isEqualTo(1);
    assertThat(queries.count("activate")).isEqualTo(1);

    Multiset<String> hidden = calls(Tap.hidden(2));
    assertThat(hidden.count("linear")).isEqualTo(2 * 6);
    assertThat(hidden.count("attentionProbabilities")).isZero();

    assertThat(calls(Tap.attention(2)).count("attentionProbabilities")).isEqualTo(1);
    assertThat(calls().elementSet()).isEmpty();

    CountingKernels kernels = new CountingKernels();
    forward(kernels.kernels(), SMALL, Request.LOGITS);
    assertThat(kernels.calls().count("linear")).isEqualTo(3 * 6 + 2);
  }

  private Multiset<String> calls(Tap... taps) {
    CountingKernels kernels = new CountingKernels();
    forward(kernels.kernels(), SMALL, new Request(false, ImmutableSet.copyOf(taps), Dropout.NONE));
    return kernels.calls();
  }

  @Test
  void whatTheNetworkHasNotIsRefused() {
    Tap unknown = Tap.query(3);
    Request request = new Request(true, ImmutableSet.of(Tap.query(0), unknown), Dropout.NONE);
    assertThatThrownBy(() -> forward(new EagerKernels(), SMALL, request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No taps [layer3.q]")
        .hasMessageContaining("layer2.q");
    assertThatThrownBy(() -> forward(new EagerKernels(), encoder(), Request.LOGITS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no classes");
    Weights weights = Samples.weights(SMALL, manager, 1);
    TextBatch longer = Samples.batch(SMALL, manager, 1, 11);
    assertThatThrownBy(
            () -> Network.of(SMALL, new EagerKernels()).forward(weights, longer, Request.LOGITS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("11 tokens")
        .hasMessageContaining("10 positions");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pooler", "first", "mean"})
  void poolingFollowsItsName(String pooling) {
    Architecture architecture = Architecture.parse(SIZES + ",pooling=" + pooling);
    Weights weights = Samples.weights(architecture, manager, 1);
    TextBatch batch = Samples.batch(architecture, manager, 1, 7, 4);
    Tap last = Tap.hidden(3);
    Outputs outputs = Network.of(architecture, new EagerKernels())
        .forward(weights, batch, new Request(true, ImmutableSet.of(last), Dropout.NONE));
    float[] hidden = outputs.tap(last).toFloatArray();
    int[] lengths = {7, 4};
    double[] expected = new double[6];
    for (int row = 0; row < 2; row++) {
      double[] pooled = new double[16];
      int tokens = pooling.equals("mean") ? lengths[row] : 1;
      for (int token = 0; token < tokens; token++) {
        for (int i = 0; i < 16; i++) {
          pooled[i] += (double) hidden[(row * 7 + token) * 16 + i] / tokens;
        }
      }
      if (pooling.equals("pooler")) {
        pooled = linear(weights, "bert.pooler.dense", pooled);
        for (int i = 0; i < 16; i++) {
          pooled[i] = Math.tanh(pooled[i]);
        }
      }
      System.arraycopy(linear(weights, "classifier", pooled), 0, expected, 3 * row, 3);
    }
    float[] logits = outputs.requireLogits().toFloatArray();
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) logits[i]).isCloseTo(expected[i], within(1e-5));
    }
  }

  private static double[] linear(Weights weights, String name, double[] x) {
    float[] matrix = weights.get(name + ".weight").toFloatArray();
    float[] bias = weights.get(name + ".bias").toFloatArray();
    double[] y = new double[bias.length];
    for (int out = 0; out < y.length; out++) {
      y[out] = bias[out];
      for (int in = 0; in < x.length; in++) {
        y[out] += x[in] * matrix[out * x.length + in];
      }
    }
    return y;
  }

  @ParameterizedTest
  @ValueSource(strings = {"pooler", "mean"})
  void anExampleDoesNotDependOnItsBatch(String pooling) {
    Architecture architecture = Architecture.parse(SIZES + ",pooling=" + pooling);
    Weights weights = Samples.weights(architecture, manager, 2);
    int[] lengths = {3, 10, 1, 6};
    TextBatch batch = Samples.batch(architecture, manager, 2, lengths);
    for (Kernels kernels : List.of(new EagerKernels(), ScriptedKernels.float32())) {
      Network network = Network.of(architecture, kernels);
      Request request = new Request(true, ImmutableSet.of(Tap.hidden(3)), Dropout.NONE);
      Outputs together = network.forward(weights, batch, request);
      for (int row = 0; row < lengths.length; row++) {
        Outputs alone = network.forward(weights, Samples.row(batch, row, lengths[row]), request);
        assertThat(together.requireLogits().get(row).toFloatArray())
            .containsExactly(alone.requireLogits().toFloatArray(), within(1e-5f));
        NDArray tokens = together.tap(Tap.hidden(3)).get(row).get(":" + lengths[row]);
        assertThat(tokens.toFloatArray())
            .containsExactly(alone.tap(Tap.hidden(3)).toFloatArray(), within(1e-5f));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void aRowOfPaddingAloneGivesNumbers(Kernels kernels) {
    for (String pooling : List.of("pooler", "mean")) {
      Architecture architecture = Architecture.parse(SIZES + ",pooling=" + pooling);
      Weights weights = Samples.weights(architecture, manager, 3);
      Outputs outputs = Network.of(architecture, kernels)
          .forward(weights, Samples.batch(architecture, manager, 3, 5, 0), Request.LOGITS);
      for (float each : outputs.requireLogits().toFloatArray()) {
        assertThat(each).isFinite();
      }
    }
  }

  @Test
  void outputsBelongToTheBatchsManager() {
    Weights weights = Samples.weights(SMALL, manager, 1);
    for (Kernels kernels : List.of(new EagerKernels(), ScriptedKernels.float32())) {
      int before = manager.getManagedArrays().size();
      try (NDManager step = manager.newSubManager()) {
        Network network = Network.of(SMALL, kernels);
        Outputs outputs = network.forward(
            weights,
            Samples.batch(SMALL, step, 1, 4, 2),
            new Request(true, network.taps(), Dropout.NONE));
        assertThat(outputs.requireLogits().getManager()).isSameAs(step);
        assertThat(outputs.taps().values())
            .allSatisfy(each -> assertThat(each.getManager()).isSameAs(step));
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  private static Architecture encoder() {
    return Architecture.parse(SIZES.replace("classes=3", "classes=0"));
  }

  private Outputs forward(Kernels kernels, Architecture architecture, Request request) {
    return Network.of(architecture, kernels)
        .forward(
            Samples.weights(architecture, manager, 1),
            Samples.batch(architecture, manager, 1, 7, 4),
            request);
  }
}
