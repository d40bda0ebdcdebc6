package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMultiset;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.Kernels;

/** Eager kernels that count their calls. */
final class CountingKernels implements Kernels {
  private final Kernels kernels = new EagerKernels();
  private final ImmutableMultiset.Builder<String> calls = ImmutableMultiset.builder();

  ImmutableMultiset<String> calls() {
    return calls.build();
  }

  @Override
  public NDArray linear(NDArray x, NDArray weight, NDArray bias) {
    calls.add("linear");
    return kernels.linear(x, weight, bias);
  }

  @Override
  public NDArray embedding(NDArray ids, NDArray table) {
    calls.add("embedding");
    return kernels.embedding(ids, table);
  }

  @Override
  public NDArray layerNorm(NDArray x, NDArray gain, NDArray shift, float epsilon) {
    calls.add("layerNorm");
    return kernels.layerNorm(x, gain, shift, epsilon);
  }

  @Override
  public NDArray gelu(NDArray x) {
    calls.add("gelu");
    return kernels.gelu(x);
  }

  @Override
  public NDArray attention(NDArray query, NDArray key, NDArray value, NDArray bias, int heads) {
    calls.add("attention");
    return kernels.attention(query, key, value, bias, heads);
  }

  @Override
  public NDArray attentionProbabilities(NDArray query, NDArray key, NDArray bias, int heads) {
    calls.add("attentionProbabilities");
    return kernels.attentionProbabilities(query, key, bias, heads);
  }
}
