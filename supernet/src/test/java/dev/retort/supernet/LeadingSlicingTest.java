package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Sets;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import dev.retort.supernet.kernel.TensorLists;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LeadingSlicingTest {
  private static final String SIZES = ",vocabulary=30,positions=12,classes=3";
  private static final Architecture FULL =
      Architecture.parse("bert:layers=5,hidden=48,heads=4,intermediate=80,head-size=16" + SIZES);
  private static final List<Kernels> KERNELS =
      List.of(new EagerKernels(), ScriptedKernels.float32(), ScriptedKernels.bf16());

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  /** The table of reference/autodistil.md, A2. */
  @ParameterizedTest
  @CsvSource({
    "4, 0 3 6 9",
    "5, 0 2 4 7 9",
    "6, 0 2 4 6 8 10",
    "7, 0 1 3 5 6 8 10",
    "8, 0 1 3 4 6 7 9 10",
    "9, 0 1 2 4 5 6 8 9 10",
    "10, 0 1 2 3 4 6 7 8 9 10",
    "11, 0 1 2 3 4 5 6 7 8 9 10",
    "12, 0 1 2 3 4 5 6 7 8 9 10 11"
  })
  void shallowerNetworksKeepTheLayersThatAutoDistilKeeps(int depth, String kept) {
    Architecture full = Architecture.parse(
        "bert:layers=12,hidden=4,heads=1,ratio=1,head-size=4" + ",vocabulary=5,positions=2");
    Weights weights = Samples.weights(full, manager, 1);
    Weights view = shared(weights)
        .view(Architecture.parse(full.toString().replace("layers=12", "layers=" + depth)), manager);
    String[] layers = kept.split(" ");
    assertThat(layers).hasSize(depth);
    for (int layer = 0; layer < depth; layer++) {
      String name = ".attention.self.query.weight";
      assertThat(view.get("bert.encoder.layer." + layer + name).toFloatArray())
          .isEqualTo(weights.get("bert.encoder.layer." + layers[layer] + name).toFloatArray());
    }
  }

  @Test
  void headsOf64KeepTheirFirst64ColumnsEach() {
    Architecture full = Architecture.parse("bert:layers=1,hidden=32,heads=3,ratio=2" + SIZES);
    Weights weights = Samples.weights(full, manager, 2);
    Weights view = shared(weights)
        .view(Architecture.parse("bert:layers=1,hidden=20,heads=2,ratio=2" + SIZES), manager);
    String prefix = "bert.encoder.layer.0.attention.";
    for (String each : List.of("query", "key", "value")) {
      String name = prefix + "self." + each;
      assertEntries(view.get(name + ".weight"), weights.get(name + ".weight").get(":128,:20"));
      assertEntries(view.get(name + ".bias"), weights.get(name + ".bias").get(":128"));
    }
    String output = prefix + "output.dense.weight";
    assertEntries(view.get(output), weights.get(output).get(":20,:128"));
    String up = "bert.encoder.layer.0.intermediate.dense.weight";
    assertEntries(view.get(up), weights.get(up).get(":40,:20"));
    String down = "bert.encoder.layer.0.output.dense.weight";
    assertEntries(view.get(down), weights.get(down).get(":20,:40"));
    assertEntries(
        view.get("bert.pooler.dense.weight"),
        weights.get("bert.pooler.dense.weight").get(":20,:20"));
    assertEntries(
        view.get("classifier.weight"), weights.get("classifier.weight").get(":,:20"));
    assertEntries(
        view.get("bert.embeddings.word_embeddings.weight"),
        weights.get("bert.embeddings.word_embeddings.weight").get(":,:20"));
    assertEntries(
        view.get("bert.embeddings.LayerNorm.weight"),
        weights.get("bert.embeddings.LayerNorm.weight").get(":20"));
  }

  @Test
  void smallerHeadsKeepTheFirstColumnsOfEachHead() {
    Architecture full =
        Architecture.parse("bert:layers=1,hidden=8,heads=3,ratio=2,head-size=6" + SIZES);
    Weights weights = Samples.weights(full, manager, 3);
    Weights view = shared(weights)
        .view(
            Architecture.parse("bert:layers=1,hidden=5,heads=2,ratio=2,head-size=4" + SIZES),
            manager);
    String name = "bert.encoder.layer.0.attention.self.key";
    NDArray bias = weights.get(name + ".bias");
    assertEntries(view.get(name + ".bias"), bias.get(":4").concat(bias.get("6:10")));
    NDArray weight = weights.get(name + ".weight");
    assertEntries(view.get(name + ".weight"), weight.get(":4,:5").concat(weight.get("6:10,:5")));
    NDArray output = weights.get("bert.encoder.layer.0.attention.output.dense.weight");
    assertEntries(
        view.get("bert.encoder.layer.0.attention.output.dense.weight"),
        output.get(":5,:4").concat(output.get(":5,6:10"), 1));
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 20);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyTensorOfASubNetworkHoldsTheLeadingEntries(long seed) {
    Architecture sub = sub(seed);
    Weights weights = Samples.weights(FULL, manager, seed);
    Weights view = shared(weights).view(sub, manager);
    Weights student = shared(weights).extract(sub, manager);
    ImmutableMap<String, TensorSpec> specs = FULL.blueprint().byName();
    for (TensorSpec spec : sub.blueprint().tensors()) {
      String source = Slicing.source(spec, sub, FULL);
      TensorSpec from = Objects.requireNonNull(specs.get(source));
      int[] positions = LeadingByHand.positions(from, spec);
      float[] expected = LeadingByHand.take(weights.get(source).toFloatArray(), positions);
      assertThat(view.get(spec.name()).toFloatArray())
          .as("%s of %s", spec.name(), sub)
          .isEqualTo(expected);
      assertThat(view.get(spec.name()).getShape().getShape()).isEqualTo(spec.shape());
      assertThat(student.get(spec.name()).toFloatArray()).isEqualTo(expected);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void extractedStudentEqualsItsSubNetwork(long seed) {
    assertStudentEqualsSubNetwork(FULL, sub(seed), seed);
  }

  /** Widths at which the engine's matrix products block and unroll. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "layers=2,hidden=160,heads=5,ratio=3.5",
        "layers=1,hidden=128,heads=3,ratio=2",
        "layers=2,hidden=225,heads=2,ratio=2",
        "layers=1,hidden=256,heads=6,ratio=3,head-size=32",
      })
  void extractedStudentEqualsItsSubNetworkAtTheSizesOfARun(String sub) {
    assertStudentEqualsSubNetwork(
        Architecture.parse("bert:layers=2,hidden=256,heads=6,ratio=4" + SIZES),
        Architecture.parse("bert:" + sub + SIZES),
        7);
  }

  /** Each family with each of its heads, down to a narrower, shallower one with unlike layers. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert:head=tokens,classes=3",
        "bert:head=words,activation=gelu_new",
        "roberta:classes=3",
        "roberta:head=words,types=0",
        "distilbert:classes=1",
        "distilbert:head=words,activation=relu",
        "electra:classes=3,embedding=32 classes=3,embedding=20",
        "electra:head=words,embedding=32 head=words,embedding=32",
        "electra:head=tokens,classes=3 head=tokens,classes=3",
      })
  void extractedStudentEqualsItsSubNetworkInEveryFamily(String forms) {
    String family = forms.substring(0, forms.indexOf(':') + 1);
    int space = forms.indexOf(' ');
    String full = forms.substring(family.length(), space < 0 ? forms.length() : space);
    String sub = space < 0 ? full : forms.substring(space + 1);
    String same = ",vocabulary=30,positions=16,";
    assertStudentEqualsSubNetwork(
        Architecture.parse(
            family + "layers=3,hidden=48,heads=4,intermediate=80,head-size=16" + same + full),
        Architecture.parse(
            family + "layers=2,hidden=40,heads=3/2,intermediate=70/33,head-size=12" + same + sub),
        11);
  }

  private void assertStudentEqualsSubNetwork(Architecture full, Architecture sub, long seed) {
    SharedWeights shared = shared(Samples.weights(full, manager, seed));
    Weights view = shared.view(sub, manager);
    Weights student = shared.extract(sub, manager);
    TextBatch batch = Samples.batch(sub, manager, seed, 12, 5, 9, 1);
    for (Kernels kernels : KERNELS) {
      Network network = Network.of(sub, kernels);
      Request request = new Request(true, network.taps(), Dropout.NONE);
      Outputs ofView = network.forward(view, batch, request);
      Outputs ofStudent = network.forward(student, batch, request);
      assertThat(ofStudent.requireLogits().toFloatArray())
          .as("logits of %s", sub)
          .isEqualTo(ofView.requireLogits().toFloatArray());
      // What the first block is given are the token ids.
      for (Tap tap : Sets.difference(request.taps(), Set.of(Tap.before("embed")))) {
        assertThat(ofStudent.tap(tap).toFloatArray())
            .as("%s of %s", tap.name(), sub)
            .isEqualTo(ofView.tap(tap).toFloatArray());
      }
    }
  }

  @Test
  void studentIsACopyWithoutGradients() {
    Weights weights = Samples.weights(FULL, manager, 5);
    weights.tensors().values().forEach(each -> each.setRequiresGradient(true));
    int before = manager.getManagedArrays().size();
    try (NDManager students = manager.newSubManager()) {
      Weights student = shared(weights).extract(FULL, students);
      NDArray bias = weights.get("classifier.bias").stopGradient();
      float[] values = bias.toFloatArray();
      new TensorLists().zero(List.of(bias));
      assertThat(weights.get("classifier.bias").toFloatArray()).containsOnly(0f);
      assertThat(student.get("classifier.bias").toFloatArray()).isEqualTo(values);
      bias.close();
      assertThat(student.tensors().values())
          .allSatisfy(each -> assertThat(each.hasGradient()).isFalse())
          .allSatisfy(each -> assertThat(each.getManager()).isSameAs(students));
      assertThat(student.tensors().keySet())
          .containsExactlyElementsOf(FULL.blueprint().byName().keySet());
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void viewsOverOtherTensorsTakeThose() {
    Weights weights = Samples.weights(FULL, manager, 5);
    Weights others = Samples.weights(FULL, manager, 6);
    Architecture sub = sub(1);
    SharedWeights shared = shared(weights);
    Weights expected = shared(others).view(sub, manager);
    shared.view(sub, manager);
    Weights view = shared.over(others.tensors()).view(sub, manager);
    expected.tensors().forEach((name, tensor) -> assertEntries(view.get(name), tensor));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "layers=6,hidden=48,heads=4,intermediate=80,head-size=16 | layers",
        "layers=5,hidden=49,heads=4,intermediate=80,head-size=16 | hidden",
        "layers=5,hidden=48,heads=5,intermediate=80,head-size=16 | attention",
        "layers=5,hidden=48,heads=1,intermediate=80,head-size=17 | attention",
        "layers=5,hidden=48,heads=4,intermediate=81,head-size=16 | intermediate"
      })
  void aSubNetworkThatDoesNotFitIsRefusedByName(String sizes, String dimension) {
    Architecture sub = Architecture.parse("bert:" + sizes.trim() + SIZES);
    assertThatThrownBy(() -> shared(Samples.weights(FULL, manager, 1)).view(sub, manager))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sub.toString())
        .hasMessageContaining(FULL.toString())
        .hasMessageContaining(dimension);
  }

  @Test
  void aTensorThatTheSuperNetLacksIsNamed() {
    Architecture full = Architecture.parse(FULL + ",pooling=first");
    assertThatThrownBy(() -> shared(Samples.weights(full, manager, 1)).view(FULL, manager))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bert.pooler.dense.weight")
        .hasMessageContaining(full.toString());
  }

  @Test
  void strategiesAreFoundByName() {
    assertThat(Slicing.named("leading").name()).isEqualTo("leading");
    assertThatThrownBy(() -> Slicing.named("trailing"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(trailing)")
        .hasMessageContaining("leading");
  }

  @Test
  void weightsHoldExactlyTheBlueprintsTensors() {
    ImmutableMap<String, NDArray> tensors = Samples.weights(FULL, manager, 1).tensors();
    ImmutableMap.Builder<String, NDArray> fewer = ImmutableMap.builder();
    tensors.entrySet().stream().skip(1).forEach(fewer::put);
    assertThatThrownBy(() -> Weights.of(FULL, fewer.buildOrThrow()))
        .hasMessageContaining("bert.embeddings.word_embeddings.weight")
        .hasMessageContaining("none");
    NDArray extra = manager.create(1f);
    assertThatThrownBy(() -> Weights.of(
            FULL,
            ImmutableMap.<String, NDArray>builder()
                .putAll(tensors)
                .put("extra.bias", extra)
                .buildOrThrow()))
        .hasMessageContaining("extra.bias");
    ImmutableMap.Builder<String, NDArray> bent = ImmutableMap.builder();
    tensors.forEach((name, tensor) ->
        bent.put(name, name.equals("classifier.bias") ? tensor.reshape(3, 1) : tensor));
    assertThatThrownBy(() -> Weights.of(FULL, bent.buildOrThrow()))
        .hasMessageContaining("classifier.bias")
        .hasMessageContaining("[3]")
        .hasMessageContaining("(3, 1)");
    assertThatThrownBy(() -> Weights.of(FULL, tensors).get("x"))
        .hasMessageContaining("No tensor x");
  }

  /** An architecture inside the full one, every dimension drawn. */
  private static Architecture sub(long seed) {
    RandomGenerator random = new RandomStreams(seed).at("sub", 0);
    int layers = 1 + random.nextInt(5);
    StringBuilder heads = new StringBuilder();
    StringBuilder inner = new StringBuilder();
    for (int layer = 0; layer < layers; layer++) {
      String separator = layer == 0 ? "" : "/";
      heads.append(separator).append(1 + random.nextInt(4));
      inner.append(separator).append(1 + random.nextInt(80));
    }
    String pooling = List.of("pooler", "first", "mean").get(random.nextInt(3));
    return Architecture.parse(String.format(
        Locale.ROOT,
        "bert:layers=%d,hidden=%d,heads=%s,intermediate=%s,head-size=%d,pooling=%s%s",
        layers,
        1 + random.nextInt(48),
        heads,
        inner,
        1 + random.nextInt(16),
        pooling,
        SIZES));
  }

  private static SharedWeights shared(Weights weights) {
    return new SharedWeights(weights, new LeadingSlicing());
  }

  private static void assertEntries(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(actual.toFloatArray()).isEqualTo(expected.toFloatArray());
  }
}
