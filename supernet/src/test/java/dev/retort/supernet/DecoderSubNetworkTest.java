package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.format.StudentFolder;
import dev.retort.supernet.format.WholeFolder;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.CentralDifferences;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

/** Sub-networks of decoders, drawn at random. */
final class DecoderSubNetworkTest {
  /** Family, then query heads of a group. */
  private static final List<String> KINDS = List.of(
      "gpt2:",
      "opt:",
      "llama:heads-per-group=2,",
      "llama:rotary=pairs,tied=yes,",
      "gpt-neox:",
      "opt:norm=after,embedding=3,");

  private static final String SIZES = "head-size=8,vocabulary=23,positions=12,";

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 18);
  }

  private static String kind(long seed) {
    return KINDS.get((int) (seed % KINDS.size()));
  }

  private static Architecture full(long seed) {
    return Architecture.parse(kind(seed) + SIZES + "layers=4,hidden=24,heads=6,intermediate=40");
  }

  private static Architecture sub(long seed) {
    RandomGenerator random = new RandomStreams(seed).at("sub", 0);
    int layers = 1 + random.nextInt(4);
    int step = kind(seed).contains("per-group") ? 2 : 1;
    String text = String.format(
        Locale.ROOT,
        "%s%slayers=%d,hidden=%d,heads=%s,intermediate=%s",
        kind(seed),
        SIZES,
        layers,
        4 + random.nextInt(21),
        each(layers, 6 / step, step, random),
        each(layers, 40, 1, random));
    // Some take one head of each group.
    return Architecture.parse(
        step == 2 && random.nextInt(3) == 0
            ? text.replace("per-group=2", "per-group=1").replaceAll("heads=[0-9/]*", "heads=2")
            : text);
  }

  private static String each(int layers, int most, int step, RandomGenerator random) {
    return IntStream.range(0, layers)
        .mapToObj(layer -> Integer.toString(step * (1 + random.nextInt(most))))
        .collect(Collectors.joining("/"));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void extractedStudentEqualsItsSubNetworkBitForBit(long seed, @TempDir Path folder) {
    Architecture sub = sub(seed);
    SharedWeights shared =
        new SharedWeights(Samples.weights(full(seed), manager, seed), new LeadingSlicing());
    Weights view = shared.view(sub, manager);
    Weights student = shared.extract(sub, manager);
    Path target = folder.resolve("student");
    StudentFolder.write(
        target,
        WholeFolder.Existing.REFUSE,
        student,
        new StudentFolder.Description(
            ImmutableList.of(), false, ImmutableList.of(), ImmutableMap.of()),
        writer -> {});
    Weights read = StudentFolder.read(target, manager).weights();
    assertThat(read.architecture()).isEqualTo(sub);
    TextBatch batch = Samples.batch(sub, manager, seed, 9, 4, 6);
    for (Kernels kernels :
        List.of(new EagerKernels(), ScriptedKernels.float32(), ScriptedKernels.bf16())) {
      Network network = Network.of(sub, kernels);
      Request request = new Request(true, network.taps(), Dropout.NONE);
      Outputs ofView = network.forward(view, batch, request);
      for (Weights weights : List.of(student, read)) {
        Outputs outputs = network.forward(weights, batch, request);
        assertThat(outputs.requireLogits().toFloatArray())
            .as("logits of %s", sub)
            .isEqualTo(ofView.requireLogits().toFloatArray());
        for (Tap tap : request.taps()) {
          if (tap.equals(Tap.before("embed"))) {
            continue; // ids, no numbers
          }
          assertThat(outputs.tap(tap).toFloatArray())
              .as("%s of %s", tap.name(), sub)
              .isEqualTo(ofView.tap(tap).toFloatArray());
        }
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7})
  void gradientsAreDifferencesInsideTheSliceAndZeroOutside(long seed) {
    Architecture full = Architecture.parse(
        kind(seed) + "head-size=8,vocabulary=7,positions=6,layers=2,hidden=6,heads=4,ratio=2");
    Architecture sub = Architecture.parse(
        kind(seed) + "head-size=8,vocabulary=7,positions=6,layers=1,hidden=5,heads=2,ratio=1");
    Weights weights = Samples.weights(full, manager, seed, DataType.FLOAT64);
    SharedWeights shared = new SharedWeights(weights, new LeadingSlicing());
    TextBatch batch = Samples.doubles(Samples.batch(full, manager, seed, 5, 3));
    Network network = Network.of(sub, new EagerKernels());
    ImmutableMap.Builder<String, NDArray> builder = ImmutableMap.builder();
    weights.tensors().forEach((key, value) -> builder.put(key, Autograd.leaf(value, manager)));
    ImmutableMap<String, NDArray> leaves = builder.buildOrThrow();
    try (Autograd recording = Autograd.recording()) {
      Autograd.backward(loss(network, shared.over(leaves), sub, batch));
    }
    Set<String> touched = new HashSet<>();
    ImmutableMap<String, TensorSpec> specs = full.blueprint().byName();
    for (TensorSpec spec : sub.blueprint().tensors()) {
      String source = Slicing.source(spec, sub, full);
      touched.add(source);
      NDArray gradient =
          Objects.requireNonNull(Autograd.gradient(Objects.requireNonNull(leaves.get(source))));
      int[] inside = LeadingByHand.positions(Objects.requireNonNull(specs.get(source)), spec);
      Set<Integer> active = IntStream.of(inside).boxed().collect(Collectors.toSet());
      double[] values = gradient.toDoubleArray();
      for (int i = 0; i < values.length; i++) {
        if (!active.contains(i)) {
          assertThat(values[i]).as("%s, entry %d", source, i).isZero();
        }
      }
      CentralDifferences.check(
          source,
          changed -> {
            Map<String, NDArray> tensors = new LinkedHashMap<>(weights.tensors());
            tensors.put(source, changed);
            return loss(network, shared.over(ImmutableMap.copyOf(tensors)), sub, batch);
          },
          weights.get(source),
          gradient,
          new int[] {inside[0], inside[inside.length / 2], inside[inside.length - 1]});
    }
    leaves.forEach((key, leaf) -> {
      if (!touched.contains(key)) {
        assertThat(Autograd.gradient(leaf)).as(key).isNull();
      }
    });
  }

  private NDArray loss(Network network, SharedWeights shared, Architecture sub, TextBatch batch) {
    NDArray logits =
        network.forward(shared.view(sub, manager), batch, Request.LOGITS).requireLogits();
    return logits.mul(logits).sum();
  }

  /** Of six heads in groups of two, one of each of the first two groups: heads 0 and 2. */
  @Test
  void queryHeadsKeepTheKeysAndValuesThatTheyHad() {
    Architecture full = Architecture.parse(
        "llama:" + SIZES + "layers=1,hidden=24,heads=6,groups=3,intermediate=40");
    Architecture sub = Architecture.parse(
        "llama:" + SIZES + "layers=1,hidden=24,heads=2,groups=2,intermediate=40");
    Weights weights = Samples.weights(full, manager, 5);
    Weights view = new SharedWeights(weights, new LeadingSlicing()).view(sub, manager);
    TextBatch batch = Samples.batch(full, manager, 5, 7);
    Tap tap = Tap.attention(0);
    NDArray all = Network.of(full, new EagerKernels())
        .forward(weights, batch, Request.taps(tap))
        .tap(tap);
    NDArray some = Network.of(sub, new EagerKernels())
        .forward(view, batch, Request.taps(tap))
        .tap(tap);
    assertThat(some.get("0, 0").toFloatArray())
        .containsExactly(all.get("0, 0").toFloatArray(), Offset.offset(1e-6f));
    assertThat(some.get("0, 1").toFloatArray())
        .containsExactly(all.get("0, 2").toFloatArray(), Offset.offset(1e-6f));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2:heads=1/3/2,",
        "opt:heads=3,",
        "opt:heads=3,norm=after,embedding=7,",
        "llama:heads=2/4/6,heads-per-group=2,",
        "llama:heads=1/1/3,rotary=pairs,",
        "llama:heads=2,groups=1,",
        "gpt-neox:heads=1/3/2,"
      })
  void sortedByImportanceItIsTheSameFunction(String kind) {
    Architecture architecture =
        Architecture.parse(kind + SIZES + "layers=3,hidden=16,intermediate=20/9/14");
    Weights weights = Samples.weights(architecture, manager, 3);
    Weights sorted = new ImportanceSlicing().prepared(weights, manager);
    Network network = Network.of(architecture, new EagerKernels());
    TextBatch batch = Samples.batch(architecture, manager, 3, 8, 5);
    assertThat(network.forward(sorted, batch, Request.LOGITS).requireLogits().toFloatArray())
        .containsExactly(
            network.forward(weights, batch, Request.LOGITS).requireLogits().toFloatArray(),
            Offset.offset(1e-4f));
  }

  /** Words of a width of their own are cut in their table and in both maps. */
  @Test
  void wordsOfAWidthOfTheirOwnAreCut() {
    String sizes = "opt:norm=after," + SIZES + "layers=2,hidden=24,heads=3,intermediate=40,";
    Architecture full = Architecture.parse(sizes + "embedding=6");
    Architecture sub = Architecture.parse(sizes + "embedding=4");
    assertThat(full.family().misfit(sub, full)).isNull();
    assertThat(full.family().misfit(full, sub)).contains("embedding 6 exceeds the teacher's 4");
    assertThat(full.family().misfit(Architecture.parse(sizes + "embedding=0"), full))
        .contains("embedding, as wide as hidden, is not apart from it as the teacher's 6");
    assertThat(full.family()
            .misfit(Architecture.parse(full.toString().replace("norm=after", "norm=before")), full))
        .isNotNull();
    SharedWeights shared =
        new SharedWeights(Samples.weights(full, manager, 2), new LeadingSlicing());
    TextBatch batch = Samples.batch(sub, manager, 2, 9, 4);
    Network network = Network.of(sub, new EagerKernels());
    assertThat(network
            .forward(shared.extract(sub, manager), batch, Request.LOGITS)
            .requireLogits()
            .toFloatArray())
        .isEqualTo(network
            .forward(shared.view(sub, manager), batch, Request.LOGITS)
            .requireLogits()
            .toFloatArray());
  }

  @Test
  void headsOfAnotherSizeAreNotCutWhereTheyTurn() {
    Architecture full =
        Architecture.parse("llama:" + SIZES + "layers=1,hidden=24,heads=6,intermediate=40");
    Architecture sub = Architecture.parse(full.toString().replace("head-size=8", "head-size=4"));
    SharedWeights shared =
        new SharedWeights(Samples.weights(full, manager, 1), new LeadingSlicing());
    assertThatThrownBy(() -> shared.view(sub, manager))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("head-size 4 is not the teacher's 8");
    Architecture gpt2 =
        Architecture.parse("gpt2:" + SIZES + "layers=1,hidden=24,heads=6,intermediate=40");
    Architecture narrow = Architecture.parse(gpt2.toString().replace("head-size=8", "head-size=4"));
    assertThat(new SharedWeights(Samples.weights(gpt2, manager, 1), new LeadingSlicing())
            .view(narrow, manager)
            .get("transformer.h.0.attn.query.weight")
            .getShape()
            .get(0))
        .isEqualTo(24);
  }

  /** Of the tokens that are counted alone, as language modelling has them. */
  @Test
  void logitsOfCountedTokensAreRowsOfAll() {
    Architecture full = full(2);
    Weights weights = Samples.weights(full, manager, 2);
    TextBatch batch = Samples.batch(full, manager, 2, 6, 3);
    Network network = Network.of(full, new EagerKernels());
    NDArray all = network.forward(weights, batch, Request.LOGITS).requireLogits();
    TextBatch counted = new TextBatch(
        batch.ids(),
        batch.types(),
        batch.mask(),
        manager.create(new long[3]),
        manager.create(new long[] {0, 4, 7}),
        batch.indices());
    NDArray some = network.forward(weights, counted, Request.LOGITS).requireLogits();
    assertThat(some.toFloatArray())
        .containsExactly(
            all.reshape(12, 23).get(manager.create(new long[] {0, 4, 7})).toFloatArray(),
            Offset.offset(1e-5f));
  }
}
