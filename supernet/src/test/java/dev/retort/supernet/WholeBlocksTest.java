package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole blocks with backward passes written by hand, against single operations and the engine. */
final class WholeBlocksTest {
  private static final ImmutableList<String> ACTIVATIONS =
      ImmutableList.of("relu", "gelu", "gelu_new");

  private final NDManager manager = NDManager.newBaseManager();

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
    WholeCase drawn = drawn(seed, 1);
    assertThat(drawn.assertNear(ScriptedKernels.float32(), 2e-5, manager).byHand())
        .as("gradients by hand, seed %d", seed)
        .isNotEmpty();
  }

  /** Large enough for the products that oneDNN does. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void soTheyAreWhereProductsAreLarge(long seed) {
    drawn(seed, WholeCase.LARGE).assertNear(ScriptedKernels.float32(), 1e-4, manager);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void bfloat16IsNear(long seed) {
    WholeCase drawn = drawn(seed, seed % 2 == 0 ? WholeCase.LARGE : 1);
    drawn.assertNear(ScriptedKernels.bf16(), drawn.tolerance(), manager);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void anExtractedStudentIsItsSubNetworkBitForBit(long seed) {
    WholeCase drawn = drawn(seed, seed % 2 == 0 ? WholeCase.LARGE : 1);
    SharedWeights shared = new SharedWeights(drawn.weights(manager), new LeadingSlicing());
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
    WholeCase drawn = drawn(1, 1);
    Map<String, float[]> once =
        drawn.computed(ScriptedKernels.float32(), manager, 1).values();
    Map<String, float[]> thrice =
        drawn.computed(ScriptedKernels.float32(), manager, 3).values();
    once.forEach((name, values) -> {
      float[] tripled = values.clone();
      if (name.startsWith("gradient")) {
        IntStream.range(0, tripled.length).forEach(i -> tripled[i] *= 3);
      }
      drawn.assertClose(name, thrice.get(name), tripled, 1e-5);
    });
  }

  @Test
  void aSingleDerivativeIsRefused() {
    WholeCase drawn = drawn(1, 1);
    Weights weights = drawn.weights(manager);
    SharedWeights shared = new SharedWeights(weights, new LeadingSlicing())
        .over(WholeCase.leaves(weights, manager), new Gradients(manager));
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

  private WholeCase drawn(long seed, int times) {
    Random random = new Random(seed);
    int head = (2 + random.nextInt(3)) * times;
    int heads = 2 + random.nextInt(2);
    int hidden = (4 + random.nextInt(5)) * times;
    int layers = 2 + random.nextInt(2);
    String fixed = "bert:head-size=" + head + ",vocabulary=23,positions=40,classes=3,"
        + "activation=" + ACTIVATIONS.get((int) (seed % 3)) + ","
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
    return new WholeCase(full, sub, batch, new Request(logits, taps, dropout), seed);
  }
}
