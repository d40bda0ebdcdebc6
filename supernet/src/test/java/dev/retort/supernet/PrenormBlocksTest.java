package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole layers of vision Transformers and decoders, most of which normalise what they read, against
 * single operations and the engine.
 */
final class PrenormBlocksTest {
  private static final int LARGE = WholeCase.LARGE;

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

  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource({
    "vit,1", "vit,2", "vit,3", "vit,4", "vit,5", "vit,6", "vit,7", "vit,8",
    "gpt2,1", "gpt2,2", "gpt2,3", "gpt2,4", "gpt2,5", "gpt2,6", "gpt2,7", "gpt2,8",
    "opt,1", "opt,2", "opt,3", "opt,4", "opt,5", "opt,6", "opt,7", "opt,8"
  })
  void valuesAndGradientsAreThoseOfTheEngine(String family, long seed) {
    assertByHand(drawn(family, seed, 1), ScriptedKernels.float32(), 2e-5);
  }

  /** Large enough for the products that oneDNN does. */
  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource({"vit,1", "vit,2", "gpt2,1", "gpt2,2", "gpt2,3", "opt,1", "opt,2"})
  void soTheyAreWhereProductsAreLarge(String family, long seed) {
    assertByHand(drawn(family, seed, LARGE), ScriptedKernels.float32(), 1e-4);
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource({
    "vit,1", "vit,2", "vit,3", "gpt2,1", "gpt2,2", "gpt2,3", "gpt2,4", "opt,1", "opt,2", "opt,3"
  })
  void bfloat16IsNear(String family, long seed) {
    WholeCase drawn = drawn(family, seed, seed % 2 == 0 ? LARGE : 1);
    assertByHand(drawn, ScriptedKernels.bf16(), drawn.tolerance());
  }

  /** Every layer that is read and of whose inside nothing is asked but what it begins with. */
  private void assertByHand(WholeCase drawn, Kernels kernels, double tolerance) {
    WholeCase.Computed computed = drawn.assertNear(kernels, tolerance, manager);
    ImmutableSet<Tap> taps = drawn.request().taps();
    int last = drawn.sub().layers() - 1;
    boolean inside = IntStream.rangeClosed(0, last)
        .anyMatch(layer -> taps.contains(Tap.attention(layer)) || taps.contains(Tap.key(layer)));
    String output = name(drawn.sub(), last);
    if (!inside) {
      assertThat(computed.byHand()).as("%s", drawn).contains(output);
    } else if (drawn.request().logits()) {
      assertThat(computed.byHand()).as("%s", drawn).doesNotContain(output);
    }
  }

  /** The map behind the attention of a layer of a sub-network; layers are the leading ones. */
  private static String name(Architecture sub, int layer) {
    return switch (sub.family().name()) {
      case "vit" ->
        sub.blueprint().tensors().get(0).name().replaceAll("\\..*", "") + ".encoder.layer." + layer
            + ".attention.output.dense.weight";
      case "gpt2" -> "transformer.h." + layer + ".attn.c_proj.weight";
      default -> "model.decoder.layers." + layer + ".self_attn.out_proj.weight";
    };
  }

  @ParameterizedTest(name = "{0}, seed {1}")
  @CsvSource({"vit,1", "vit,2", "gpt2,1", "gpt2,2", "opt,1", "opt,2"})
  void anExtractedStudentIsItsSubNetworkBitForBit(String family, long seed) {
    WholeCase drawn = drawn(family, seed, seed % 2 == 0 ? LARGE : 1);
    SharedWeights shared = new SharedWeights(drawn.weights(manager), new LeadingSlicing());
    for (Kernels kernels : List.of(ScriptedKernels.float32(), ScriptedKernels.bf16())) {
      Network network = Network.of(drawn.sub(), kernels);
      try (Autograd off = Autograd.off()) {
        assertThat(logits(network, shared.extract(drawn.sub(), manager), drawn.batch()))
            .as("seed %d", seed)
            .isEqualTo(logits(network, shared.view(drawn.sub(), manager), drawn.batch()));
      }
    }
  }

  @ParameterizedTest(name = "{0}, bf16 {1}")
  @CsvSource({"vit,false", "vit,true", "gpt2,false", "gpt2,true"})
  void weightsThatLastAreKeptPackedAndGiveTheSameBitForBit(String family, boolean bf16) {
    String sizes = "layers=2,hidden=256,heads=4,head-size=64,ratio=1,";
    Architecture wide = Architecture.parse(
        family.equals("vit")
            ? "vit:" + sizes + "patch=2,resolution=20,channels=2,classes=3"
            : "gpt2:" + sizes + "vocabulary=23,positions=40");
    Network network = Network.of(wide, bf16 ? ScriptedKernels.bf16() : ScriptedKernels.float32());
    Weights weights = Samples.weights(wide, manager, 1);
    Batch few = batch(wide, 1, 2);
    Batch many = batch(wide, 2, 30);
    try (Autograd off = Autograd.off();
        NDManager keeper = manager.newSubManager()) {
      Weights lasting = weights.lasting(keeper);
      for (Batch batch : List.of(few, many, many, few)) {
        assertThat(logits(network, lasting, batch)).isEqualTo(logits(network, weights, batch));
      }
      // Of each layer a matrix for queries, keys and values, three more, and their vectors.
      assertThat(keeper.getManagedArrays()).hasSize(2 * 12);
    }
  }

  /** Embeddings are single operations, and so is a layer inside which something is asked for. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "vit:layers=3,hidden=8,heads=2,head-size=4,ratio=2,patch=4,resolution=12,channels=2,"
            + "classes=3",
        "gpt2:layers=3,hidden=8,heads=2,head-size=4,ratio=2,vocabulary=23,positions=40",
        "bert:layers=3,hidden=8,heads=2,head-size=4,ratio=2,vocabulary=23,positions=40,classes=3"
      })
  void whatLiesBeforeAWholeLayerMayBeReadByTheLossToo(String text) {
    Architecture architecture = Architecture.parse(text);
    ImmutableSet<Tap> taps = ImmutableSet.of(Tap.hidden(0), Tap.value(1), Tap.hidden(2));
    WholeCase whole = new WholeCase(
        architecture,
        architecture,
        batch(architecture, 4, 3),
        new Request(true, taps, Dropout.NONE),
        4);
    assertThat(whole.assertNear(ScriptedKernels.float32(), 2e-5, manager).byHand())
        .isNotEmpty();
  }

  /** Of both, the last layer's relations are what MiniLM reads. */
  @ParameterizedTest
  @ValueSource(strings = {"vit", "gpt2"})
  void projectionsOfTheLastLayerAreThoseOfAPassThatGoesOn(String family) {
    WholeCase drawn = drawn(family, 1, 1);
    int last = drawn.full().layers() - 1;
    ImmutableSet<Tap> taps = ImmutableSet.of(Tap.query(last), Tap.key(last), Tap.value(last));
    Network network = Network.of(drawn.full(), ScriptedKernels.float32());
    Weights weights = drawn.weights(manager);
    try (Autograd off = Autograd.off()) {
      Outputs ended =
          network.forward(weights, drawn.batch(), new Request(false, taps, Dropout.NONE));
      Outputs wentOn =
          network.forward(weights, drawn.batch(), new Request(true, taps, Dropout.NONE));
      for (Tap tap : taps) {
        drawn.assertClose(
            tap.name(), ended.tap(tap).toFloatArray(), wentOn.tap(tap).toFloatArray(), 1e-5);
      }
    }
  }

  /** Biases of queries are among what a whole layer is made of. */
  @Test
  void layersThatLackABiasAreComputedByOperations() {
    Architecture lacks = Architecture.parse("vit:layers=2,hidden=8,heads=2,head-size=4,ratio=2,"
        + "patch=4,resolution=12,channels=2,classes=3,qkv-bias=no");
    WholeCase whole = new WholeCase(lacks, lacks, batch(lacks, 3, 2), Request.LOGITS, 3);
    assertThat(whole.assertNear(ScriptedKernels.float32(), 2e-5, manager).byHand())
        .isEmpty();
  }

  private static float[] logits(Network network, Weights weights, Batch batch) {
    return network.forward(weights, batch, Request.LOGITS).requireLogits().toFloatArray();
  }

  private WholeCase drawn(String family, long seed, int times) {
    Random random = new Random(seed * 7 + family.hashCode());
    int head = (2 + random.nextInt(3)) * times;
    int heads = 2 + random.nextInt(2);
    int hidden = (4 + random.nextInt(5)) * times;
    int layers = 2 + random.nextInt(2);
    String fixed = family + ":head-size=" + head + "," + fixed(family, random, times);
    Architecture full = Architecture.parse(fixed + "layers=" + layers + ",hidden=" + hidden
        + ",heads=" + heads + ",ratio=" + (1 + random.nextInt(3)));
    Architecture sub = random.nextInt(3) == 0
        ? full
        : Architecture.parse(fixed + "layers=" + (1 + random.nextInt(layers)) + ",hidden="
            + (hidden - random.nextInt(2) * times) + ",heads=" + (1 + random.nextInt(heads))
            + ",ratio=1");
    int last = sub.layers() - 1;
    ImmutableSet<Tap> taps =
        switch (random.nextInt(5)) {
          case 0 -> ImmutableSet.of(Tap.query(last), Tap.key(last), Tap.value(last));
          case 1 -> ImmutableSet.of(Tap.hidden(0), Tap.hidden(last + 1));
          case 2 -> ImmutableSet.of(Tap.value(0), Tap.hidden(1), Tap.attention(last));
          default -> ImmutableSet.of();
        };
    Dropout dropout =
        random.nextInt(3) == 0 ? Dropout.seeded(0.3, new RandomStreams(seed), 1) : Dropout.NONE;
    boolean logits = taps.isEmpty() || random.nextBoolean();
    Batch batch = batch(full, seed, times == 1 ? 3 : 30);
    return new WholeCase(full, sub, batch, new Request(logits, taps, dropout), seed);
  }

  private static String fixed(String family, Random random, int times) {
    return switch (family) {
      case "vit" ->
        (times == 1 ? "patch=4,resolution=12" : "patch=3,resolution=18") + ",channels=2,classes=3,"
            + (random.nextBoolean() ? "tokens=distilled," : "");
      case "gpt2" ->
        "vocabulary=23,positions=40,activation="
            + ImmutableList.of("gelu_new", "gelu", "relu").get(random.nextInt(3)) + ",";
      default ->
        "vocabulary=23,positions=40," + (random.nextBoolean() ? "norm=after," : "")
            + (random.nextBoolean() ? "activation=gelu," : "");
    };
  }

  private Batch batch(Architecture architecture, long seed, int count) {
    if (!architecture.has("resolution")) {
      int most = count == 3 ? 6 : 41;
      return Samples.batch(
          architecture,
          manager,
          seed,
          new Random(seed).ints(count, most / 2, most).toArray());
    }
    int side = architecture.integer("resolution");
    Shape shape = new Shape(count, architecture.integer("channels"), side, side);
    RandomGenerator random = new RandomStreams(seed).at("pixels", 0);
    float[] pixels = new float[Math.toIntExact(shape.size())];
    IntStream.range(0, pixels.length).forEach(i -> pixels[i] = (float) random.nextGaussian());
    NDArray labels = manager.create(new long[count]);
    return new ImageBatch(
        manager.create(pixels, shape), labels, IntStream.range(0, count).toArray());
  }
}
