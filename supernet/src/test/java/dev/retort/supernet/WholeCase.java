package dev.retort.supernet;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A super-net, one of its sub-networks, a batch, and what is asked of them. */
record WholeCase(Architecture full, Architecture sub, Batch batch, Request request, long seed) {
  /** Sizes are multiplied by it for products that are done by oneDNN. */
  static final int LARGE = 64;

  /**
   * What a pass gave.
   *
   * @param values gradients by tensor, and the values of what was asked for
   * @param byHand tensors whose gradients a backward pass written by hand added up
   */
  record Computed(Map<String, float[]> values, ImmutableSet<String> byHand) {}

  /** Values and gradients are those of single operations; gives what the kernels computed. */
  Computed assertNear(Kernels kernels, double tolerance, NDManager manager) {
    Computed expected = computed(new EagerKernels(), manager, 1);
    Computed found = computed(kernels, manager, 1);
    assertThat(expected.byHand()).isEmpty();
    assertThat(found.values().keySet())
        .as("touched, seed %d", seed)
        .isEqualTo(expected.values().keySet());
    expected.values().forEach((name, each) -> {
      // What a key's bias adds to all scores of a query alike, softmax takes away: its gradient
      // is what is left of sums as large as those of the matrix.
      String matrix = name.replaceFirst("(key|k_proj)\\.bias$", "$1.weight");
      float[] large = Objects.requireNonNull(expected.values().get(matrix));
      assertClose(name, found.values().get(name), each, large, tolerance);
    });
    return found;
  }

  Computed computed(Kernels kernels, NDManager manager, int passes) {
    Map<String, float[]> all = new LinkedHashMap<>();
    Weights weights = weights(manager);
    ImmutableMap<String, NDArray> leaves = leaves(weights, manager);
    Gradients gradients = new Gradients(manager);
    SharedWeights shared = new SharedWeights(weights, new LeadingSlicing()).over(leaves, gradients);
    Network network = Network.of(sub, kernels);
    for (int i = 0; i < passes; i++) {
      try (Autograd recording = Autograd.recording()) {
        // What it draws depends on how often it was asked before.
        Dropout dropout = request.dropout() == Dropout.NONE
            ? Dropout.NONE
            : Dropout.seeded(0.3, new RandomStreams(seed), 1);
        Outputs outputs = network.forward(
            shared.view(sub, manager),
            batch,
            new Request(request.logits(), request.taps(), dropout));
        NDArray loss = manager.create(0f);
        if (request.logits()) {
          loss = loss.add(weighed("logits", outputs.requireLogits(), all, manager));
        }
        for (Tap tap : request.taps()) {
          loss = loss.add(weighed(tap.name(), outputs.tap(tap), all, manager));
        }
        Autograd.backward(loss);
      }
    }
    ImmutableSet.Builder<String> byHand = ImmutableSet.builder();
    leaves.forEach((name, leaf) -> {
      NDArray engine = Autograd.gradient(leaf);
      NDArray hand = gradients.find(name);
      NDArray sum = engine == null ? hand : hand == null ? engine : engine.add(hand);
      if (sum != null) {
        all.put("gradient of " + name, sum.toFloatArray());
      }
      if (hand != null) {
        byHand.add(name);
      }
    });
    gradients.clear();
    assertThat(gradients.find(weights.tensors().keySet().iterator().next())).isNull();
    return new Computed(all, byHand.build());
  }

  /** Smaller ones in wider networks, whose attention would else be one token's alone. */
  Weights weights(NDManager manager) {
    Weights weights = Samples.weights(full, manager, seed);
    if (full.integer("hidden") >= 4 * LARGE) {
      weights.tensors().forEach((name, tensor) -> {
        if (tensor.getShape().dimension() == 2) {
          tensor.muli(1 / Math.sqrt(LARGE));
        }
      });
    }
    return weights;
  }

  static ImmutableMap<String, NDArray> leaves(Weights weights, NDManager manager) {
    ImmutableMap.Builder<String, NDArray> leaves = ImmutableMap.builder();
    weights.tensors().forEach((key, value) -> leaves.put(key, Autograd.leaf(value, manager)));
    return leaves.buildOrThrow();
  }

  /** A sum whose gradient differs from entry to entry. */
  private NDArray weighed(String name, NDArray value, Map<String, float[]> all, NDManager manager) {
    all.put(name, value.toFloatArray());
    Random random = new Random(seed * 31 + name.hashCode());
    float[] factors = new float[Math.toIntExact(value.size())];
    IntStream.range(0, factors.length).forEach(i -> factors[i] = (float) random.nextGaussian());
    Shape shape = value.getShape();
    return value.mul(manager.create(factors, shape).duplicate()).sum();
  }

  /**
   * How far bf16 may be from float32. It has 8 bits: a relative error of 2^-9 in each factor, some
   * of which cancel. Where ReLU takes it to the other side of 0 a gradient is there or is not.
   */
  double tolerance() {
    return full.has("activation") && full.word("activation").equals("relu") ? 0.2 : 0.06;
  }

  /** By the largest entry: small ones are sums in which large ones cancel. */
  void assertClose(String name, float @Nullable [] found, float[] expected, double tolerance) {
    assertClose(name, found, expected, expected, tolerance);
  }

  private void assertClose(
      String name, float @Nullable [] found, float[] expected, float[] large, double tolerance) {
    assertThat(found).as(name).hasSameSizeAs(expected);
    double scale = 1;
    for (float each : large) {
      scale = Math.max(scale, Math.abs(each));
    }
    int worst = 0;
    double most = -1;
    for (int i = 0; i < expected.length; i++) {
      double off = Math.abs(Objects.requireNonNull(found)[i] - expected[i]);
      if (!(off <= most)) {
        worst = i;
        most = off;
      }
    }
    assertThat(most)
        .as("%s, off at entry %d, seed %d, %s of %s", name, worst, seed, sub, full)
        .isLessThanOrEqualTo(tolerance * scale);
  }
}
