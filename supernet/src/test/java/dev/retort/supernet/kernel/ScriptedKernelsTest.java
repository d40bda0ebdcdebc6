package dev.retort.supernet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scripted kernels against eager ones, on shapes drawn from a seed. */
final class ScriptedKernelsTest {
  /** Share of the largest entry, or of 1, the size of the inputs: sums have another order. */
  private static final double FLOAT32 = 1e-5;

  /** The same share where products are bf16, which keeps 8 bits: a factor is off by 1 in 512. */
  private static final double BF16 = 0.02;

  private final NDManager manager = NDManager.newBaseManager();

  /** A kernel on its inputs. */
  private interface Call extends BiFunction<Kernels, List<NDArray>, NDArray> {}

  @AfterEach
  void close() {
    manager.close();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void attentionEqualsTheEagerOne(long seed) {
    Draws draws = new Draws(manager, seed);
    int batch = draws.upTo(4);
    int sequence = draws.upTo(20);
    int heads = draws.upTo(5);
    attention(draws, batch, sequence, heads, heads * draws.upTo(24));
  }

  @Test
  void attentionOfOneExampleEqualsTheEagerOne() {
    attention(new Draws(manager, 13), 1, 7, 2, 64);
    attention(new Draws(manager, 14), 1, 1, 1, 1);
  }

  @Test
  void attentionWithoutPaddingEqualsTheEagerOne() {
    Draws draws = new Draws(manager, 15);
    compare(
        (kernels, in) -> kernels.attention(in.get(0), in.get(1), in.get(2), null, 3),
        draws,
        draws.normal(2, 5, 12),
        draws.normal(2, 5, 12),
        draws.normal(2, 5, 12));
  }

  private void attention(Draws draws, int batch, int sequence, int heads, int width) {
    NDArray bias = draws.paddingBias(batch, sequence);
    Call call = (kernels, in) -> kernels.attention(in.get(0), in.get(1), in.get(2), bias, heads);
    compare(
        call,
        draws,
        draws.normal(batch, sequence, width),
        draws.normal(batch, sequence, width),
        draws.normal(batch, sequence, width));
  }

  /** As a decoder looks at tokens that it read before. */
  @Test
  void keysMayBeLongerThanQueries() {
    Draws draws = new Draws(manager, 6);
    NDArray bias = draws.paddingBias(2, 7);
    Call call = (kernels, in) -> kernels.attention(in.get(0), in.get(1), in.get(2), bias, 2);
    compare(call, draws, draws.normal(2, 3, 8), draws.normal(2, 7, 8), draws.normal(2, 7, 8));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void linearEqualsTheEagerOne(long seed) {
    Draws draws = new Draws(manager, seed);
    int in = draws.upTo(80);
    int out = draws.upTo(80);
    Call call = (kernels, each) -> kernels.linear(each.get(0), each.get(1), each.get(2));
    compare(
        call,
        draws,
        draws.normal(draws.upTo(4), draws.upTo(20), in),
        draws.normal(out, in),
        draws.normal(out));
  }

  @Test
  void normalisationActivationLookUpAndProbabilitiesAreTheEagerOnes() {
    Draws draws = new Draws(manager, 3);
    NDArray ids = draws.ids(5, 2, 3);
    NDArray bias = draws.paddingBias(2, 3);
    NDArray x = draws.normal(2, 3, 4);
    NDArray gain = draws.normal(4);
    NDArray shift = draws.normal(4);
    NDArray table = draws.normal(5, 4);
    Kernels eager = new EagerKernels();
    for (Kernels scripted : List.of(ScriptedKernels.float32(), ScriptedKernels.bf16())) {
      assertSame(scripted.gelu(x), eager.gelu(x));
      assertSame(scripted.embedding(ids, table), eager.embedding(ids, table));
      assertSame(
          scripted.layerNorm(x, gain, shift, 1e-12f), eager.layerNorm(x, gain, shift, 1e-12f));
      assertSame(
          scripted.attentionProbabilities(x, x, bias, 2),
          eager.attentionProbabilities(x, x, bias, 2));
    }
  }

  @Test
  void resultsBelongToTheFirstArgumentsManager() {
    Draws outer = new Draws(manager, 4);
    NDArray weight = outer.normal(3, 4);
    NDArray bias = outer.normal(3);
    NDArray mask = outer.paddingBias(1, 2);
    int before = manager.getManagedArrays().size();
    for (Kernels kernels :
        List.of(new EagerKernels(), ScriptedKernels.float32(), ScriptedKernels.bf16())) {
      try (NDManager inner = manager.newSubManager()) {
        NDArray x = new Draws(inner, 5).normal(1, 2, 4);
        assertThat(kernels.linear(x, weight, bias).getManager()).isSameAs(inner);
        assertThat(kernels.attention(x, x, x, mask, 2).getManager()).isSameAs(inner);
        assertThat(kernels.attentionProbabilities(x, x, mask, 2).getManager()).isSameAs(inner);
      }
      assertThat(manager.getManagedArrays()).hasSize(before);
    }
  }

  private void compare(Call call, Draws draws, NDArray... inputs) {
    List<NDArray> eager = results(call, new EagerKernels(), draws, inputs);
    NDArray noise = eager.get(eager.size() - 1);
    assertClose(results(call, ScriptedKernels.float32(), noise, inputs), eager, FLOAT32);
    assertClose(results(call, ScriptedKernels.bf16(), noise, inputs), eager, BF16);
  }

  private List<NDArray> results(Call call, Kernels kernels, Draws draws, NDArray... inputs) {
    NDArray shape = call.apply(kernels, List.of(inputs));
    return results(call, kernels, draws.normal(shape.getShape().getShape()), inputs);
  }

  /** The value, the gradient of each input for a loss of value times noise, and the noise. */
  private List<NDArray> results(Call call, Kernels kernels, NDArray noise, NDArray... inputs) {
    List<NDArray> leaves =
        Stream.of(inputs).map(each -> Autograd.leaf(each, manager)).toList();
    try (Autograd recording = Autograd.recording()) {
      NDArray value = call.apply(kernels, leaves);
      Autograd.backward(value.mul(noise).sum());
      return Stream.of(
              Stream.of(value),
              leaves.stream().map(each -> Objects.requireNonNull(Autograd.gradient(each))),
              Stream.of(noise))
          .flatMap(each -> each)
          .toList();
    }
  }

  private static void assertClose(List<NDArray> actual, List<NDArray> expected, double share) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).getShape()).isEqualTo(expected.get(i).getShape());
      float[] found = actual.get(i).toFloatArray();
      float[] wanted = expected.get(i).toFloatArray();
      double largest = 1;
      for (float each : wanted) {
        largest = Math.max(largest, Math.abs(each));
      }
      for (int j = 0; j < wanted.length; j++) {
        assertThat((double) found[j])
            .as("array %d (0 is the value, then the gradients), entry %d", i, j)
            .isCloseTo(wanted[j], Offset.offset(share * largest));
      }
    }
  }

  private static void assertSame(NDArray actual, NDArray expected) {
    assertThat(actual.toFloatArray()).isEqualTo(expected.toFloatArray());
  }
}
