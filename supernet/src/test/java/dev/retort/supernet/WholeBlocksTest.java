package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole blocks with backward passes written by hand, against single operations and the engine. */
final class WholeBlocksTest {
  /** Sizes are multiplied by it for products that are done by oneDNN. */
  private static final int LARGE = 64;

  private final NDManager manager = NDManager.newBaseManager();

  /** A super-net, one of its sub-networks, a batch, and what is asked of them. */
  private record Case(Architecture full, Architecture sub, TextBatch batch, Request request) {}

  @BeforeEach
  void thereAreWholeBlocks() {
    assumeThat(ScriptedKernels.float32().encoder())
        .as("this engine was built without oneDNN, so there are no whole blocks")
        .isNotNull();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void valuesAndGradientsAreThoseOfTheEngine(long seed) {
    Case drawn = drawn(seed, 1);
    Map<String, float[]> expected = gradients(drawn, new EagerKernels(), seed);
    Map<String, float[]> found = gradients(drawn, ScriptedKernels.float32(), seed);
    assertThat(found.keySet()).as("touched, seed %d", seed).isEqualTo(expected.keySet());
    expected.forEach((name, values) -> assertClose(name, seed, found.get(name), values, 2e-5));
  }

  /** Large enough for the products that oneDNN does. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void soTheyAreWhereProductsAreLarge(long seed) {
    Case drawn = drawn(seed, LARGE);
    Map<String, float[]> expected = gradients(drawn, new EagerKernels(), seed);
    Map<String, float[]> found = gradients(drawn, ScriptedKernels.float32(), seed);
    assertThat(found.keySet()).as("touched, seed %d", seed).isEqualTo(expected.keySet());
    expected.forEach((name, values) -> assertClose(name, seed, found.get(name), values, 1e-4));
  }

  /** bf16 has 8 bits: a relative error of 2^-9 in each factor, some of which cancel. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void bfloat16IsNear(long seed) {
    Case drawn = drawn(seed, seed % 2 == 0 ? LARGE : 1);
    Map<String, float[]> expected = gradients(drawn, new EagerKernels(), seed);
    Map<String, float[]> found = gradients(drawn, ScriptedKernels.bf16(), seed);
    assertThat(found.keySet()).as("touched, seed %d", seed).isEqualTo(expected.keySet());
    expected.forEach((name, values) -> assertClose(name, seed, found.get(name), values, 0.06));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void anExtractedStudentIsItsSubNetworkBitForBit(long seed) {
    Case drawn = drawn(seed, seed % 2 == 0 ? LARGE : 1);
    SharedWeights shared = new SharedWeights(weights(drawn, seed), new LeadingSlicing());
    for (Kernels kernels : new Kernels[] {ScriptedKernels.float32(), ScriptedKernels.bf16()}) {
      Network network = Network.of(drawn.sub(), kernels);
      try (Autograd off = Autograd.off()) {
        Request request = new Request(true, ImmutableSet.of(), Dropout.NONE);
        Outputs ofView = network.forward(shared.view(drawn.sub(), manager), drawn.batch(), request);
        Outputs ofStudent =
            network.forward(shared.extract(drawn.sub(), manager), drawn.batch(), request);
        assertThat(ofStudent.requireLogits().toFloatArray())
            .as("seed %d", seed)
            .isEqualTo(ofView.requireLogits().toFloatArray());
      }
    }
  }

  @ParameterizedTest(name = "bf16 {0}")
  @ValueSource(booleans = {false, true})
  void weightsThatLastAreKeptPackedAndGiveTheSameBitForBit(boolean bf16) {
    Architecture wide = Architecture.parse("bert:layers=2,hidden=256,heads=4,head-size=64,ratio=1,"
        + "vocabulary=23,positions=40,classes=3,pooling=first");
    Kernels kernels = bf16 ? ScriptedKernels.bf16() : ScriptedKernels.float32();
    Network network = Network.of(wide, kernels);
    Weights weights = Samples.weights(wide, manager, 1);
    TextBatch few = Samples.batch(wide, manager, 1, 3, 2);
    TextBatch many =
        Samples.batch(wide, manager, 2, new Random(2).ints(30, 20, 41).toArray());
    try (Autograd off = Autograd.off();
        NDManager keeper = manager.newSubManager()) {
      Weights lasting = weights.lasting(keeper);
      for (TextBatch batch : new TextBatch[] {few, many, many, few}) {
        assertThat(logits(network, lasting, batch)).isEqualTo(logits(network, weights, batch));
      }
      // Of each layer a matrix for queries, keys and values, three more, and their vectors.
      assertThat(keeper.getManagedArrays()).hasSize(2 * 12);
    }
  }

  private static float[] logits(Network network, Weights weights, TextBatch batch) {
    return network.forward(weights, batch, Request.LOGITS).requireLogits().toFloatArray();
  }

  @Test
  void gradientsAddUpOverPassesAndAreClearedAfterwards() {
    Case drawn = drawn(1, 1);
    Map<String, float[]> once = gradients(drawn, ScriptedKernels.float32(), 1, 1);
    Map<String, float[]> thrice = gradients(drawn, ScriptedKernels.float32(), 1, 3);
    once.forEach((name, values) -> {
      float[] tripled = values.clone();
      if (name.startsWith("gradient")) {
        IntStream.range(0, tripled.length).forEach(i -> tripled[i] *= 3);
      }
      assertClose(name, 1, thrice.get(name), tripled, 1e-5);
    });
  }

  @Test
  void aSingleDerivativeIsRefused() {
    Case drawn = drawn(1, 1);
    Weights weights = weights(drawn, 1);
    SharedWeights shared = new SharedWeights(weights, new LeadingSlicing())
        .over(leaves(weights), new Gradients(manager));
    try (Autograd recording = Autograd.recording()) {
      NDArray logits = Network.of(drawn.full(), ScriptedKernels.float32())
          .forward(shared.view(drawn.full(), manager), drawn.batch(), Request.LOGITS)
          .requireLogits();
      NDArray value = logits.sum();
      assertThatThrownBy(() -> Autograd.derivative(value, logits))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("EagerKernels");
    }
  }

  /** Gradients by tensor, and the values of what is asked for. */
  private Map<String, float[]> gradients(Case drawn, Kernels kernels, long seed) {
    return gradients(drawn, kernels, seed, 1);
  }

  private Map<String, float[]> gradients(Case drawn, Kernels kernels, long seed, int passes) {
    Map<String, float[]> all = new LinkedHashMap<>();
    Weights weights = weights(drawn, seed);
    ImmutableMap<String, NDArray> leaves = leaves(weights);
    Gradients gradients = new Gradients(manager);
    SharedWeights shared = new SharedWeights(weights, new LeadingSlicing()).over(leaves, gradients);
    Network network = Network.of(drawn.sub(), kernels);
    for (int i = 0; i < passes; i++) {
      try (Autograd recording = Autograd.recording()) {
        Request request = drawn.request();
        Dropout dropout = request.dropout() == Dropout.NONE
            ? Dropout.NONE
            : Dropout.seeded(0.3, new RandomStreams(seed), 1);
        Outputs outputs = network.forward(
            shared.view(drawn.sub(), manager),
            drawn.batch(),
            new Request(request.logits(), request.taps(), dropout));
        NDArray loss = manager.create(0f);
        if (request.logits()) {
          loss = loss.add(weighed("logits", outputs.requireLogits(), all, seed));
        }
        for (Tap tap : request.taps()) {
          loss = loss.add(weighed(tap.name(), outputs.tap(tap), all, seed));
        }
        Autograd.backward(loss);
      }
    }
    leaves.forEach((name, leaf) -> {
      NDArray engine = Autograd.gradient(leaf);
      NDArray hand = gradients.find(name);
      NDArray sum = engine == null ? hand : hand == null ? engine : engine.add(hand);
      if (sum != null) {
        all.put("gradient of " + name, sum.toFloatArray());
      }
    });
    gradients.clear();
    assertThat(gradients.find(weights.tensors().keySet().iterator().next())).isNull();
    return all;
  }

  /** Smaller ones in wider networks, whose attention would else be one token's alone. */
  private Weights weights(Case drawn, long seed) {
    Weights weights = Samples.weights(drawn.full(), manager, seed);
    if (drawn.full().integer("hidden") >= 4 * LARGE) {
      weights.tensors().forEach((name, tensor) -> {
        if (tensor.getShape().dimension() == 2) {
          tensor.muli(1 / Math.sqrt(LARGE));
        }
      });
    }
    return weights;
  }

  private ImmutableMap<String, NDArray> leaves(Weights weights) {
    ImmutableMap.Builder<String, NDArray> leaves = ImmutableMap.builder();
    weights.tensors().forEach((key, value) -> leaves.put(key, Autograd.leaf(value, manager)));
    return leaves.buildOrThrow();
  }

  /** A sum whose gradient differs from entry to entry. */
  private NDArray weighed(String name, NDArray value, Map<String, float[]> all, long seed) {
    all.put(name, value.toFloatArray());
    Random random = new Random(seed * 31 + name.hashCode());
    float[] factors = new float[Math.toIntExact(value.size())];
    IntStream.range(0, factors.length).forEach(i -> factors[i] = (float) random.nextGaussian());
    Shape shape = value.getShape();
    return value.mul(manager.create(factors, shape).duplicate()).sum();
  }

  private Case drawn(long seed, int times) {
    Random random = new Random(seed);
    int head = (2 + random.nextInt(3)) * times;
    int heads = 2 + random.nextInt(2);
    int hidden = (4 + random.nextInt(5)) * times;
    int layers = 2 + random.nextInt(2);
    String fixed = "bert:head-size=" + head + ",vocabulary=23,positions=40,classes=3,"
        + (random.nextBoolean() ? "pooling=first," : "");
    Architecture full = Architecture.parse(fixed + "layers=" + layers + ",hidden=" + hidden
        + ",heads=" + heads + ",ratio=" + (1 + random.nextInt(3)));
    Architecture sub = random.nextInt(3) == 0
        ? full
        : Architecture.parse(fixed + "layers=" + (1 + random.nextInt(layers)) + ",hidden="
            + (hidden - random.nextInt(2) * times) + ",heads=" + (1 + random.nextInt(heads))
            + ",ratio=1");
    int[] lengths = times == 1
        ? new int[] {5, 2 + random.nextInt(4), 3}
        : random.ints(30, 20, 41).toArray();
    TextBatch batch = Samples.batch(full, manager, seed, lengths);
    int last = sub.layers() - 1;
    ImmutableSet<Tap> taps =
        switch (random.nextInt(4)) {
          case 0 -> ImmutableSet.of(Tap.query(last), Tap.key(last), Tap.value(last));
          case 1 -> ImmutableSet.of(Tap.hidden(0), Tap.hidden(last + 1));
          case 2 -> ImmutableSet.of(Tap.value(0), Tap.hidden(1), Tap.attention(last));
          default -> ImmutableSet.of();
        };
    boolean logits = taps.isEmpty() || random.nextBoolean();
    Dropout dropout =
        random.nextInt(3) == 0 ? Dropout.seeded(0.3, new RandomStreams(seed), 1) : Dropout.NONE;
    return new Case(full, sub, batch, new Request(logits, taps, dropout));
  }

  /** By the largest entry: small ones are sums in which large ones cancel. */
  private static void assertClose(
      String name, long seed, float @Nullable [] found, float[] expected, double tolerance) {
    assertThat(found).as(name).hasSameSizeAs(expected);
    double scale = 1;
    for (float each : expected) {
      scale = Math.max(scale, Math.abs(each));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) Objects.requireNonNull(found)[i])
          .as("%s, entry %d, seed %d", name, i, seed)
          .isCloseTo(expected[i], org.assertj.core.data.Offset.offset(tolerance * scale));
    }
  }
}
