package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.space.Architecture;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.CentralDifferences;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every network promises as a chain of named blocks: it can be entered, left and looked into
 * anywhere, and gradients pass it. In float64, so that gradients can be held against differences.
 */
abstract class ChainContract {
  private static final Request NOTHING = new Request(false, ImmutableSet.of(), Dropout.NONE);

  final NDManager manager = NDManager.newBaseManager();
  private Network network;
  private Weights weights;
  private Batch batch;

  /** A network with a head of at least three blocks. */
  abstract Architecture net();

  /** A network of other sizes that reads the same batches and has as many classes. */
  abstract Architecture other();

  /** A batch for both; what is not an index in float64. */
  abstract Batch batch();

  /** Whether the first block reads numbers, so that there is a gradient for them, and not ids. */
  boolean takesNumbers() {
    return false;
  }

  @BeforeEach
  void open() {
    network = Network.of(net(), new EagerKernels());
    weights = Samples.weights(net(), manager, 2, DataType.FLOAT64);
    batch = batch();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static Request logits(ImmutableSet<Tap> taps) {
    return new Request(true, taps, Dropout.NONE);
  }

  private Outputs run(Span span, @Nullable NDArray entry, Request request) {
    return network.forward(weights, batch, span, entry, request);
  }

  private ImmutableSet<Tap> edges() {
    ImmutableSet.Builder<Tap> edges = ImmutableSet.builder();
    network.blocks().forEach(name -> edges.add(Tap.before(name), Tap.after(name)));
    return edges.build();
  }

  @Test
  void everyBlockCanBeTappedBeforeAndAfter() {
    Outputs outputs = run(Span.ALL, null, logits(edges()));
    assertThat(outputs.taps().keySet()).containsExactlyInAnyOrderElementsOf(edges());
    ImmutableList<String> blocks = network.blocks();
    for (int i = 1; i < blocks.size(); i++) {
      assertThat(outputs.tap(Tap.before(blocks.get(i))).toDoubleArray())
          .as("into %s", blocks.get(i))
          .isEqualTo(outputs.tap(Tap.after(blocks.get(i - 1))).toDoubleArray());
    }
    assertThat(outputs.tap(Tap.after("head")).toDoubleArray())
        .isEqualTo(outputs.requireLogits().toDoubleArray());
    assertThat(outputs.requireLogits().toDoubleArray())
        .isEqualTo(run(Span.ALL, null, Request.LOGITS).requireLogits().toDoubleArray());
  }

  @Test
  void itCanBeEnteredAndLeftAtEveryBlock() {
    Outputs whole = run(Span.ALL, null, logits(edges()));
    ImmutableList<String> blocks = network.blocks();
    for (int from = 0; from < blocks.size(); from++) {
      NDArray entry = whole.tap(Tap.before(blocks.get(from)));
      for (int to = from; to < blocks.size(); to++) {
        Span span = new Span(blocks.get(from), blocks.get(to));
        boolean head = to == blocks.size() - 1;
        Request request =
            new Request(head, ImmutableSet.of(Tap.after(blocks.get(from))), Dropout.NONE);
        Outputs part = run(span, entry, request);
        assertThat(part.requireHidden().toDoubleArray())
            .as("%s", span)
            .isEqualTo(whole.tap(Tap.after(blocks.get(to))).toDoubleArray());
        assertThat(part.taps()).hasSize(1);
      }
    }
  }

  @Test
  void itCanBeEnteredBehindItsEmbeddings() {
    String second = network.blocks().get(1);
    NDArray given = run(Span.to(network.blocks().get(0)), null, NOTHING).requireHidden();
    assertThat(run(Span.from(second), given, Request.LOGITS).requireLogits().toDoubleArray())
        .isEqualTo(run(Span.ALL, null, Request.LOGITS).requireLogits().toDoubleArray());
    assertThatThrownBy(() -> run(Span.from(second), null, Request.LOGITS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(" + second + ")")
        .hasMessageContaining("needs a hidden state");
    assertThatThrownBy(() -> run(Span.from("nowhere"), given, Request.LOGITS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No block (nowhere)");
    assertThatThrownBy(() -> run(Span.to(second), null, Request.LOGITS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("left before its head");
  }

  /** The network is frozen: none of its weights is a leaf, and yet the gradient comes through. */
  @Test
  void aFrozenNetworkPassesGradientsToItsInput() {
    ImmutableList<String> blocks = network.blocks();
    for (String block : blocks.subList(takesNumbers() ? 0 : 1, blocks.size())) {
      Tap into = Tap.before(block);
      NDArray given = run(Span.ALL, null, Request.taps(into)).tap(into);
      NDArray leaf = Autograd.leaf(given, manager);
      try (Autograd recording = Autograd.recording()) {
        Autograd.backward(loss(run(Span.from(block), leaf, Request.LOGITS)));
      }
      int last = (int) given.size() - 1;
      CentralDifferences.check(
          "the input of " + block,
          x -> loss(run(Span.from(block), x, Request.LOGITS)),
          given,
          Objects.requireNonNull(Autograd.gradient(leaf)),
          IntStream.range(0, 8).map(i -> i * last / 7).toArray());
    }
    for (NDArray tensor : weights.tensors().values()) {
      assertThat(tensor.hasGradient()).isFalse();
    }
  }

  private NDArray loss(Outputs outputs) {
    NDArray logits = outputs.requireLogits();
    return logits.mul(logits).sum();
  }

  /** One learns from the other and the other from the one: a loss between their logits. */
  @Test
  void twoNetworksAreTrainedTogether() {
    Network second = Network.of(other(), new EagerKernels());
    Weights theirs = Samples.weights(other(), manager, 3, DataType.FLOAT64);
    double before = 0;
    double after = 0;
    for (int step = 0; step < 30; step++) {
      try (NDManager scope = manager.newSubManager()) {
        ImmutableMap<String, NDArray> one = leaves(weights, scope);
        ImmutableMap<String, NDArray> two = leaves(theirs, scope);
        double value;
        try (Autograd recording = Autograd.recording()) {
          NDArray loss = between(
              network.forward(Weights.of(net(), one), batch, Request.LOGITS),
              second.forward(Weights.of(other(), two), batch, Request.LOGITS));
          value = loss.toDoubleArray()[0];
          Autograd.backward(loss);
        }
        try (Autograd off = Autograd.off()) {
          assertThat(descend(weights, one)).as("the first learns").isPositive();
          assertThat(descend(theirs, two)).as("the second learns").isPositive();
        }
        before = step == 0 ? value : before;
        after = value;
      }
    }
    assertThat(after).isLessThan(before / 2);
  }

  private static ImmutableMap<String, NDArray> leaves(Weights weights, NDManager scope) {
    ImmutableMap.Builder<String, NDArray> leaves = ImmutableMap.builder();
    weights.architecture().blueprint().tensors().forEach(spec -> {
      NDArray value = weights.get(spec.name());
      leaves.put(spec.name(), spec.role().trained() ? Autograd.leaf(value, scope) : value);
    });
    return leaves.buildOrThrow();
  }

  private static NDArray between(Outputs one, Outputs two) {
    NDArray difference = one.requireLogits().sub(two.requireLogits());
    return difference.mul(difference).sum();
  }

  /** One step of descent along the gradient's direction; gives the gradient's length. */
  private static double descend(Weights weights, ImmutableMap<String, NDArray> leaves) {
    double squares = 0;
    for (NDArray leaf : leaves.values()) {
      NDArray gradient = Autograd.gradient(leaf);
      squares += gradient == null ? 0 : gradient.square().sum().toDoubleArray()[0];
    }
    double length = Math.sqrt(squares);
    leaves.forEach((name, leaf) -> {
      NDArray gradient = Autograd.gradient(leaf);
      if (gradient != null) {
        weights.get(name).subi(gradient.mul(0.02 / length));
      }
    });
    return length;
  }
}
